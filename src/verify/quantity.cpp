#include "verify/quantity.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace oprag::verify {
namespace {

struct NamedUnit {
  std::string_view names;  // between bars
  Unit unit;
};

constexpr std::array units{
    NamedUnit{"m|metre|metres|meter|meters|metros|metro|metre|m.", {"m", 1}},
    NamedUnit{"km|kilometre|kilometres|kilometer|kilometers|kilometros", {"m", 1'000}},
    NamedUnit{"cm|centimetre|centimetres|centimeter|centimeters", {"m", 0.01L}},
    NamedUnit{"mm|millimetre|millimetres|millimeter|millimeters", {"m", 0.001L}},
    NamedUnit{"mi|mile|miles|meile|meilen|milles|millas", {"mile", 1}},
    NamedUnit{"ft|foot|feet", {"foot", 1}},
    NamedUnit{"yd|yard|yards", {"foot", 3}},
    NamedUnit{"inch|inches", {"inch", 1}},
    NamedUnit{"m²|sq m|square metres|square meters|square metre|square meter|quadratmeter", {"m2", 1}},
    NamedUnit{"km²|sq km|square kilometres|square kilometers|square kilometre|square kilometer", {"m2", 1'000'000}},
    NamedUnit{"ha|hectare|hectares|hektar", {"m2", 10'000}},
    NamedUnit{"acre|acres", {"acre", 1}},
    NamedUnit{"sq mi|square miles|square mile", {"mile2", 1}},
    NamedUnit{"sq ft|square feet|square foot", {"foot2", 1}},
    NamedUnit{"m³|cubic metres|cubic meters|kubikmeter", {"m3", 1}},
    NamedUnit{"l|litre|litres|liter|liters", {"m3", 0.001L}},
    NamedUnit{"ml|millilitre|millilitres|milliliter|milliliters", {"m3", 0.000001L}},
    NamedUnit{"g|gram|grams|gramm|gramme|grammes|gramos", {"g", 1}},
    NamedUnit{"mg|milligram|milligrams", {"g", 0.001L}},
    NamedUnit{"kg|kilogram|kilograms|kilogramm|kilo|kilos|kilogrammes|kilogramos", {"g", 1'000}},
    NamedUnit{"t|tonne|tonnes|tonnen|metric tons", {"g", 1'000'000}},
    NamedUnit{"ton|tons", {"ton", 1}},
    NamedUnit{"lb|lbs", {"lb", 1}},
    NamedUnit{"s|sec|second|seconds|sekunde|sekunden|seconde|secondes|segundo|segundos", {"s", 1}},
    NamedUnit{"ms|millisecond|milliseconds", {"s", 0.001L}},
    NamedUnit{"min|minute|minutes|minuten|minuto|minutos", {"s", 60}},
    NamedUnit{"h|hr|hrs|hour|hours|stunde|stunden|heure|heures|hora|horas", {"s", 3'600}},
    NamedUnit{"day|days|tag|tage|tagen|jour|jours|dia|dias", {"s", 86'400}},
    NamedUnit{"week|weeks|woche|wochen|semaine|semaines|semana|semanas", {"s", 604'800}},
    NamedUnit{"month|months|monat|monate|monaten|mois|mes|meses", {"month", 1}},
    NamedUnit{"quarter|quarters|quartal|quartale|trimestre|trimestres", {"quarter", 1}},
    NamedUnit{"year|years|yr|yrs|jahr|jahre|jahren|an|ans|annee|annees|ano|anos", {"month", 12}},
    NamedUnit{"decade|decades", {"month", 120}},
    NamedUnit{"century|centuries", {"month", 1'200}},
    NamedUnit{"w|watt|watts", {"W", 1}},
    NamedUnit{"kw|kilowatt|kilowatts", {"W", 1'000}},
    NamedUnit{"mw|megawatt|megawatts", {"W", 1'000'000}},
    NamedUnit{"gw|gigawatt|gigawatts", {"W", 1'000'000'000}},
    NamedUnit{"wh|watt hours", {"Wh", 1}},
    NamedUnit{"kwh|kilowatt hours", {"Wh", 1'000}},
    NamedUnit{"mwh|megawatt hours", {"Wh", 1'000'000}},
    NamedUnit{"gwh|gigawatt hours", {"Wh", 1'000'000'000}},
    NamedUnit{"kb", {"byte", 1'000}},
    NamedUnit{"mb", {"byte", 1'000'000}},
    NamedUnit{"gb", {"byte", 1'000'000'000}},
    NamedUnit{"tb", {"byte", 1'000'000'000'000}},
    NamedUnit{"%|percent|per cent|prozent|pour cent|por ciento", {"%", 1}},
    NamedUnit{"percentage points|percentage point|prozentpunkte|prozentpunkten", {"pp", 1}},
    NamedUnit{"bp|bps|basis points|basis point|basispunkte", {"pp", 0.01L}},
    NamedUnit{"°|degree|degrees|grad|degres|grados", {"degree", 1}},
    NamedUnit{"°c|degrees celsius", {"celsius", 1}},
    NamedUnit{"°f|degrees fahrenheit", {"fahrenheit", 1}},
    NamedUnit{"$|us$|usd|dollar|dollars|dolares", {"$", 1}},
    NamedUnit{"€|eur|euro|euros", {"€", 1}},
    NamedUnit{"£|gbp|pound|pounds|pfund", {"£", 1}},
    NamedUnit{"¥|jpy|yen", {"¥", 1}},
    NamedUnit{"chf|franken|francs", {"chf", 1}},
    NamedUnit{"cent|cents", {"cent", 1}},
};

bool names(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const auto one = list.substr(0, list.find('|'));
    if (one == name) return true;
    list.remove_prefix(std::min(list.size(), one.size() + 1));
  }
  return false;
}

constexpr std::array<std::pair<std::string_view, long double>, 26> scales{{
    {"hundred", 1e2L},    {"thousand", 1e3L},  {"million", 1e6L},  {"millions", 1e6L},  {"billion", 1e9L},
    {"billions", 1e9L},   {"trillion", 1e12L}, {"k", 1e3L},        {"mn", 1e6L},        {"mio", 1e6L},
    {"bn", 1e9L},         {"tn", 1e12L},       {"tausend", 1e3L},  {"millionen", 1e6L}, {"milliarde", 1e9L},
    {"milliarden", 1e9L}, {"mrd", 1e9L},       {"mille", 1e3L},    {"milliard", 1e9L},  {"milliards", 1e9L},
    {"mil", 1e3L},        {"millon", 1e6L},    {"millones", 1e6L}, {"thousands", 1e3L}, {"trillions", 1e12L},
    {"hundreds", 1e2L},
}};

}  // namespace

bool Quantity::operator==(const Quantity& other) const {
  return dimension == other.dimension && std::abs(value - other.value) <= 1e-12L * std::abs(value);
}

bool Date::within(const Date& other) const {
  return year == other.year && (month == 0 || month == other.month) && (day == 0 || day == other.day);
}

std::optional<Unit> unit_of(std::string_view words) {
  const auto found = std::ranges::find_if(units, [&](const NamedUnit& unit) { return names(unit.names, words); });
  return found == units.end() ? std::nullopt : std::optional(found->unit);
}

std::optional<std::string_view> currency_of(std::string_view sign) {
  constexpr std::array<std::string_view, 5> currencies{"$", "€", "£", "¥", "chf"};
  const auto unit = unit_of(sign);
  if (!unit || std::ranges::find(currencies, unit->dimension) == currencies.end()) return {};
  return unit->dimension;
}

std::optional<long double> scale_of(std::string_view word) {
  const auto found = std::ranges::find(scales, word, &std::pair<std::string_view, long double>::first);
  return found == scales.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace oprag::verify
