#include "text/suspicions.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/text.hpp"

namespace oprag::text {
namespace {

constexpr std::size_t excerpt_length = 200;  // code points
constexpr std::size_t hidden_words = 5;      // fewer are a label or an ornament

// A word of the text in small letters; a sentence's end is the word ".".
struct Token {
  std::string word;
  std::size_t at = 0;  // bytes
};

// One of these words, at most `gap` others after the one before.
struct Step {
  std::size_t gap;
  std::vector<std::string_view> words;
};
using Rule = std::vector<Step>;

const std::vector<std::string_view> models{"ai",   "ais",     "assistant", "assistants", "chatbot", "chatbots", "llm",
                                           "llms", "chatgpt", "gpt",       "copilot",    "claude",  "gemini"};
const std::vector<std::string_view> orders{"instruction", "instructions", "prompt",      "prompts",    "rules",
                                           "guideline",   "guidelines",   "directive",   "directives", "directions",
                                           "commands",    "constraints",  "programming", "training"};

// What is said to a model and hardly ever to a person.
const std::vector<Rule>& rules() {
  static const std::vector<Rule> all{
      {{0, {"ignore", "disregard", "forget", "override", "bypass", "discard", "neglect"}},
       {3,
        {"previous", "prior", "above", "earlier", "preceding", "former", "foregoing", "existing", "all", "any", "your",
         "other", "these", "those", "system", "everything"}},
       {4, orders}},
      {{0, {"forget", "disregard", "ignore", "discard"}},
       {1, {"everything", "all", "anything", "what"}},
       {4, {"above", "before", "previously", "told", "taught"}}},
      {{0, {"you"}},
       {0, {"are"}},
       {1, {"now"}},
       {6,
        {"assistant", "ai", "model", "chatbot", "bot", "mode", "unrestricted", "dan", "persona", "longer", "jailbroken",
         "developer"}}},
      {{0, {"you"}}, {0, {"are", "re"}}, {2, {"ai", "chatbot", "llm", "assistant"}}},
      {{0, models},
       {4,
        {"must", "should", "shall", "always", "never", "please", "has", "have", "reading", "processing", "parsing",
         "summarizing", "answering"}},
       {4, {"say",   "answer", "respond", "reply",  "tell",    "output", "recommend", "cite",
            "state", "claim",  "ignore",  "reveal", "include", "quote",  "mention",   "print",
            "send",  "write",  "repeat",  "direct", "forward", "refuse", "append",    "end",
            "begin", "start",  "insert",  "add",    "obey",    "follow", "this",      "stop"}}},
      {{0,
        {"note", "message", "attention", "instruction", "instructions", "notice", "reminder", "order", "command",
         "hint", "memo", "dear", "hey", "hello", "attn"}},
       {3, {"ai", "ais", "chatbot", "chatbots", "llm", "llms", "chatgpt", "gpt", "copilot"}}},
      {{0, {"reveal", "print", "repeat", "show", "output", "disclose", "leak", "expose", "display", "recite", "dump"}},
       {4, {"system", "hidden", "initial", "developer", "original", "secret"}},
       {1, {"prompt", "prompts", "instructions", "message", "messages"}}},
      {{0, {"new", "updated", "override", "hidden", "secret", "admin", "developer", "begin", "end"}},
       {1, {"system", "developer", "assistant", "model"}},
       {0, {"prompt", "instruction", "instructions", "message", "directive", "override", "mode"}}},
      {{0, {"when", "whenever", "if"}},
       {4, {"asked", "asks", "ask", "user", "users", "someone", "anyone", "questioned", "queried"}},
       {12, {"always", "only", "instead", "must", "simply", "just"}},
       {3, {"say", "answer", "respond", "reply", "tell", "claim", "state", "recommend", "output", "send"}}},
      {{0, {"tell", "inform", "convince", "instruct", "urge", "persuade", "direct"}},
       {1, {"user", "users", "reader"}},
       {12,
        {"http", "https", "www", "password", "passwords", "pay", "transfer", "download", "wire", "credit",
         "credentials", "visit", "call"}}},
      {{0, {"not", "never", "don't", "dont"}},
       {1, {"mention", "reveal", "disclose", "cite", "show", "quote", "tell", "admit", "acknowledge"}},
       {4, {"this", "these", "the"}},
       {2, {"instruction", "instructions", "prompt", "directive", "user", "users"}}},
      {{0, {"cite", "quote", "use", "trust", "reference", "recommend"}},
       {1, {"only", "nothing"}},
       {2, {"this", "but"}},
       {2, {"document", "file", "page", "source", "passage"}}},
      {{0, {"pretend", "act", "behave", "roleplay", "respond", "answer", "operate"}},
       {2, {"as", "like", "you"}},
       {6, {"ai", "unrestricted", "dan", "jailbroken", "unfiltered", "uncensored", "unlimited", "assistant"}}},
      {{0, {"send", "forward", "post", "transmit", "exfiltrate", "upload", "email", "leak", "append", "include"}},
       {6,
        {"conversation", "chat", "history", "question", "questions", "prompt", "passwords", "password", "credentials",
         "secrets", "everything", "context", "messages", "link", "image", "url"}},
       {8, {"http", "https", "www", "attacker"}}},
      {{0, {"respond", "reply", "answer"}},
       {0, {"only", "solely", "exclusively", "always"}},
       {0, {"with", "by"}},
       {2, {"word", "words", "phrase", "sentence", "following", "text", "yes", "no", "string"}}},
      {{0, {"instead"}},
       {6, {"say", "answer", "respond", "reply", "output", "print", "claim"}},
       {3, {"that", "with", "only", "exactly"}}},
      {{0, {"ignoriere", "ignorieren", "vergiss", "missachte", "ignoriert"}},
       {5, {"anweisungen", "anweisung", "regeln", "vorgaben", "befehle", "instruktionen"}}},
      {{0, {"ignora", "ignore", "olvida", "ignorar", "ignorez", "oublie", "oubliez", "dimentica", "esqueça"}},
       {5,
        {"instrucciones", "indicaciones", "reglas", "instruções", "consignes", "règles", "instructions", "istruzioni",
         "regole", "regras"}},
       {2, {"anteriores", "previas", "précédentes", "antérieures", "precedenti", "anterior"}}},
      {{0, {"игнорируй", "игнорируйте", "забудь", "забудьте"}}, {4, {"инструкции", "указания", "правила", "команды"}}}};
  return all;
}

void append_lower(std::string& out, utf8proc_int32_t c) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(utf8proc_tolower(c), bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> out;
  std::string word;
  std::size_t begin = 0;
  const auto finish = [&] {
    if (!word.empty()) out.push_back({std::exchange(word, {}), begin});
  };
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t c = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                       static_cast<utf8proc_ssize_t>(text.size() - at), &c);
    if (size <= 0) return out;
    const auto category = utf8proc_category(c);
    const bool letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    if (letter || (c >= '0' && c <= '9') || (c == '\'' && !word.empty())) {
      if (word.empty()) begin = at;
      append_lower(word, c);
    } else {
      finish();
      if (c == '.' || c == '!' || c == '?' || c == '\f') out.push_back({".", at});
    }
    at += static_cast<std::size_t>(size);
  }
  finish();
  return out;
}

// Where the steps from `step` on are found at or behind token `from`, within their gaps and one sentence.
bool follows(std::span<const Token> tokens, std::size_t from, const Rule& rule, std::size_t step) {
  if (step == rule.size()) return true;
  const auto& [gap, words] = rule[step];
  for (std::size_t i = from; i < tokens.size() && i <= from + gap && tokens[i].word != "."; ++i) {
    if (std::ranges::find(words, tokens[i].word) != words.end() && follows(tokens, i + 1, rule, step + 1)) return true;
  }
  return false;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

std::string excerpt_at(std::string_view text, std::size_t at) {
  const auto from = text.substr(0, at).find_last_of(".!?\n");
  auto begin = from == std::string_view::npos ? 0 : from + 1;
  if (at - begin > excerpt_length / 2) begin = at;
  return std::string(trim(first_code_points(text.substr(begin), excerpt_length)));
}

}  // namespace

std::optional<std::size_t> instructions_in(std::string_view text) {
  const auto tokens = tokens_of(text);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    for (const auto& rule : rules()) {
      if (std::ranges::find(rule.front().words, tokens[i].word) == rule.front().words.end()) continue;
      if (follows(tokens, i + 1, rule, 1)) return tokens[i].at;
    }
  }
  // Languages that write no blanks: "ignore" and "instructions" within a few characters.
  for (const auto& [ignore, what] : {std::pair<std::string_view, std::string_view>{"忽略", "指令"},
                                     {"忽略", "指示"},
                                     {"无视", "指令"},
                                     {"無視", "指示"},
                                     {"무시", "지시"}}) {
    const auto at = text.find(ignore);
    if (at != std::string_view::npos && text.substr(at, 60).contains(what)) return at;
    const auto before = text.find(what);
    if (before != std::string_view::npos && text.substr(before, 30).contains(ignore)) return before;
  }
  return {};
}

std::optional<std::size_t> template_tokens_in(std::string_view text) {
  const auto lower = ascii_lower(text);
  // "<|name|>"
  for (auto at = lower.find("<|"); at != std::string::npos; at = lower.find("<|", at + 1)) {
    auto end = at + 2;
    while (end < lower.size() && is_word(lower[end])) ++end;
    if (end > at + 3 && lower.compare(end, 2, "|>") == 0) return at;
  }
  for (const std::string_view token : {"[inst]", "[/inst]", "<<sys>>", "<</sys>>", "<start_of_turn>", "<end_of_turn>",
                                       "### instruction:", "### system:", "### response:", "<system>", "[system]",
                                       "\n\nhuman:", "\n\nassistant:", "{\"role\":", "{\"role\" :"}) {
    if (const auto at = lower.find(token); at != std::string::npos) return at;
  }
  return {};
}

std::vector<Suspicion> suspicions_in(const Document& document) {
  std::vector<Suspicion> out;
  const auto look = [&](std::string_view text, std::optional<std::int64_t> page) {
    if (const auto at = instructions_in(text)) out.push_back({"instructions", page, excerpt_at(text, *at)});
    if (const auto at = template_tokens_in(text)) out.push_back({"template_tokens", page, excerpt_at(text, *at)});
  };
  auto rest = std::string_view(document.text);
  std::size_t page = 0;
  while (out.size() < most_suspicions) {
    const auto end = std::min(rest.find('\f'), rest.size());
    look(rest.substr(0, end), page < document.pages.size() ? document.pages[page].number : std::nullopt);
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
    ++page;
  }
  for (const auto& hidden : document.hidden) {
    if (out.size() >= most_suspicions) break;
    const auto words = static_cast<std::size_t>(std::ranges::count(hidden.text, ' ')) + 1;
    const auto at = instructions_in(hidden.text);
    if (at || words >= hidden_words) {
      out.push_back({"hidden_text", hidden.page, excerpt_at(hidden.text, at.value_or(0))});
    }
  }
  std::ranges::stable_sort(out, {}, &Suspicion::page);
  if (out.size() > most_suspicions) out.resize(most_suspicions);
  return out;
}

}  // namespace oprag::text
