#include "verify/lexicon.hpp"

#include <algorithm>
#include <array>

namespace oprag::verify {
namespace {

using Words = Lexicon::Words;
using Number = Lexicon::Number;
using enum WordClass;

bool has(std::string_view list, std::string_view word) {
  for (auto at = list.find(word); at != std::string_view::npos; at = list.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}

constexpr std::array english{
    Words{light,
          "the a an this that these those is are was were be been being am has have had having do does did it its he "
          "she they them him her his their there which who whom whose s also then thus however moreover furthermore "
          "therefore additionally so such as itself themselves himself herself we our us you your i my"},
    Words{preposition,
          "of in on at to for from with by into onto upon about between among through throughout across along within "
          "during since toward towards against near via per off out up down behind beside beyond around like"},
    Words{joint, "and or"},
    Words{weighty,
          "if unless except only until till provided without whether when may might could would should must can will "
          "shall probably possibly perhaps likely unlikely allegedly reportedly supposedly said says say saying claim "
          "claims claimed claiming alleged alleges denied denies deny falsely false rejected rejects refused refuses "
          "failed fails believed believes believe argued argues suggested suggests proposed proposes planned plans "
          "expected expects intended hoped attempted tried threatened almost nearly half part partly some most many "
          "few several least less more fewer under over above below before after than although though instead rather "
          "but attempt try myth rumor rumour doubt doubtful too"},
    Words{negation, "not no never none neither nor cannot nobody nothing nowhere hardly barely scarcely rarely seldom"},
};
constexpr std::array german{
    Words{light,
          "der die das den dem des ein eine einen einem einer eines ist sind war waren sein gewesen hat haben hatte "
          "hatten wird werden wurde wurden es er sie ihr ihre ihren ihrem seine seinen seiner dies diese dieser dieses "
          "welche welcher welches auch so sich daher jedoch dort da wir unser man"},
    Words{preposition,
          "von vom in im an am auf zu zum zur fur aus mit durch bei beim nach uber unter zwischen seit gegen um "
          "wahrend vor hinter neben bis pro laut"},
    Words{joint, "und oder"},
    Words{weighty,
          "wenn falls sofern ausser nur bis ohne ob kann konnen konnte konnten darf durfen soll sollen sollte sollten "
          "muss mussen wurde mochte wohl vermutlich angeblich vielleicht sagte sagt behauptet behauptete bestritt "
          "fast halb halfte teil einige meisten viele wenige mehrere mehr weniger mindestens hochstens als obwohl "
          "aber geplant erwartet"},
    Words{negation, "nicht kein keine keinen keinem keiner keines nie niemals nichts niemand weder noch kaum"},
};
constexpr std::array french{
    Words{light,
          "le la les l un une des du est sont etait etaient fut furent etre ete a ont avait avaient avoir il elle ils "
          "elles on ce cet cette ces c qui que qu se s son sa ses leur leurs y en aussi donc ainsi cependant nous "
          "notre nos"},
    Words{preposition,
          "de d a au aux dans sur sous pour par avec entre vers chez depuis pendant contre lors apres avant selon"},
    Words{joint, "et ou"},
    Words{weighty,
          "si sauf seulement jusque sans peut peuvent pouvait pourrait pourraient doit doivent devrait faut peutetre "
          "probablement dit affirme pretend nie presque moitie partie certains plupart plusieurs peu beaucoup plus "
          "moins mais bien prevu"},
    Words{negation, "ne n pas non jamais aucun aucune ni rien personne guere"},
};
constexpr std::array spanish{
    Words{light,
          "el la los las lo un una unos unas es son era eran fue fueron ser sido esta estan estaba ha han habia haber "
          "se su sus este estos estas ese esa que quien cual tambien asi entonces le les nos nuestro"},
    Words{preposition, "de del a al en por para con entre sobre desde hasta hacia contra durante segun tras ante bajo"},
    Words{joint, "y e o u"},
    Words{weighty,
          "si salvo excepto solo solamente puede pueden podia podria podrian debe deben deberia quiza quizas "
          "probablemente dijo dice afirma afirmo nego niega casi mitad parte algunos mayoria varios pocos muchos mas "
          "menos pero aunque antes despues previsto"},
    Words{negation, "no nunca jamas ningun ninguno ninguna ni nada nadie tampoco sin"},
};

constexpr std::array english_numbers{
    Number{"zero", 0},     Number{"one", 1},        Number{"two", 2},       Number{"three", 3},
    Number{"four", 4},     Number{"five", 5},       Number{"six", 6},       Number{"seven", 7},
    Number{"eight", 8},    Number{"nine", 9},       Number{"ten", 10},      Number{"eleven", 11},
    Number{"twelve", 12},  Number{"thirteen", 13},  Number{"fourteen", 14}, Number{"fifteen", 15},
    Number{"sixteen", 16}, Number{"seventeen", 17}, Number{"eighteen", 18}, Number{"nineteen", 19},
    Number{"twenty", 20},  Number{"thirty", 30},    Number{"forty", 40},    Number{"fifty", 50},
    Number{"sixty", 60},   Number{"seventy", 70},   Number{"eighty", 80},   Number{"ninety", 90}};
constexpr std::array english_ordinals{
    Number{"first", 1}, Number{"second", 2},  Number{"third", 3},  Number{"fourth", 4}, Number{"fifth", 5},
    Number{"sixth", 6}, Number{"seventh", 7}, Number{"eighth", 8}, Number{"ninth", 9},  Number{"tenth", 10}};
constexpr std::array german_numbers{Number{"null", 0},    Number{"zwei", 2},  Number{"drei", 3},   Number{"vier", 4},
                                    Number{"funf", 5},    Number{"sechs", 6}, Number{"sieben", 7}, Number{"acht", 8},
                                    Number{"neun", 9},    Number{"zehn", 10}, Number{"elf", 11},   Number{"zwolf", 12},
                                    Number{"zwanzig", 20}};
constexpr std::array french_numbers{Number{"deux", 2}, Number{"trois", 3}, Number{"quatre", 4}, Number{"cinq", 5},
                                    Number{"six", 6},  Number{"sept", 7},  Number{"huit", 8},   Number{"neuf", 9},
                                    Number{"dix", 10}, Number{"onze", 11}, Number{"douze", 12}, Number{"vingt", 20}};
constexpr std::array spanish_numbers{Number{"dos", 2},   Number{"tres", 3},  Number{"cuatro", 4}, Number{"cinco", 5},
                                     Number{"seis", 6},  Number{"siete", 7}, Number{"ocho", 8},   Number{"nueve", 9},
                                     Number{"diez", 10}, Number{"once", 11}, Number{"doce", 12},  Number{"veinte", 20}};

constexpr std::array<std::string_view, 24> english_months{
    "january",   "february", "march",    "april",    "may", "june", "july", "august",
    "september", "october",  "november", "december", "jan", "feb",  "mar",  "apr",
    "may",       "jun",      "jul",      "aug",      "sep", "oct",  "nov",  "dec"};
constexpr std::array<std::string_view, 12> german_months{"januar",    "februar", "marz",     "april",
                                                         "mai",       "juni",    "juli",     "august",
                                                         "september", "oktober", "november", "dezember"};
constexpr std::array<std::string_view, 12> french_months{"janvier",   "fevrier", "mars",     "avril",
                                                         "mai",       "juin",    "juillet",  "aout",
                                                         "septembre", "octobre", "novembre", "decembre"};
constexpr std::array<std::string_view, 12> spanish_months{"enero",      "febrero", "marzo",     "abril",
                                                          "mayo",       "junio",   "julio",     "agosto",
                                                          "septiembre", "octubre", "noviembre", "diciembre"};

// In pairs.
constexpr std::string_view english_opposites =
    "more less more fewer higher lower increased decreased increase decrease increases decreases largest smallest "
    "larger "
    "smaller greater lesser before after above below over under first last rose fell rise fall most fewest most least "
    "earlier later maximum minimum highest lowest majority minority longer shorter better worse up down always never "
    "gained lost open closed allowed forbidden accepted rejected best worst";
constexpr std::string_view german_opposites =
    "mehr weniger hoher niedriger grosser kleiner vor nach uber unter gestiegen gesunken stieg sank erste letzte "
    "fruher "
    "spater langer kurzer mindestens hochstens";
constexpr std::string_view french_opposites =
    "plus moins avant apres augmente diminue hausse baisse superieur inferieur premier dernier maximum minimum";
constexpr std::string_view spanish_opposites =
    "mas menos antes despues aumento disminuyo mayor menor superior inferior primero ultimo maximo minimo";

}  // namespace

const Lexicon& Lexicon::of(std::span<const std::string_view> words) {
  static const Lexicon none("", "", {}, {}, {}, {}, "");
  static const std::array lexicons{
      Lexicon("en", "by", english, english_numbers, english_ordinals, english_months, english_opposites),
      Lexicon("de", "von", german, german_numbers, {}, german_months, german_opposites),
      Lexicon("fr", "par", french, french_numbers, {}, french_months, french_opposites),
      Lexicon("es", "por", spanish, spanish_numbers, {}, spanish_months, spanish_opposites)};
  const Lexicon* best = &none;
  std::size_t most = words.size() / 10;  // in running text of its language, a lexicon knows a third of the words
  for (const auto& lexicon : lexicons) {
    const auto known = static_cast<std::size_t>(
        std::ranges::count_if(words, [&](auto word) { return lexicon.class_of(word) != content; }));
    if (known > most) {
      most = known;
      best = &lexicon;
    }
  }
  return *best;
}

WordClass Lexicon::class_of(std::string_view word) const {
  for (const auto& [kind, list] : words_) {
    if (has(list, word)) return kind;
  }
  return content;
}

std::optional<std::int64_t> Lexicon::number(std::string_view word) const {
  const auto found = std::ranges::find(numbers_, word, &Number::word);
  return found == numbers_.end() ? std::nullopt : std::optional(found->value);
}

std::optional<std::int64_t> Lexicon::ordinal(std::string_view word) const {
  const auto found = std::ranges::find(ordinals_, word, &Number::word);
  return found == ordinals_.end() ? std::nullopt : std::optional(found->value);
}

std::optional<int> Lexicon::month(std::string_view word) const {
  const auto found = std::ranges::find(months_, word);
  return found == months_.end() ? std::nullopt : std::optional(static_cast<int>((found - months_.begin()) % 12) + 1);
}

bool Lexicon::are_opposites(std::string_view a, std::string_view b) const {
  auto list = opposites_;
  const auto next = [&] {
    const auto word = list.substr(0, list.find(' '));
    list.remove_prefix(std::min(list.size(), word.size() + 1));
    return word;
  };
  while (!list.empty()) {
    const auto one = next(), other = next();
    if ((one == a && other == b) || (one == b && other == a)) return true;
  }
  return false;
}

}  // namespace oprag::verify
