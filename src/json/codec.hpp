// struct <-> JSON <-> JSON Schema, from one BOOST_DESCRIBE line. Errors are in the contract's words: "NAME is
// required", "NAME must be a string". JSON is camelCase by rule (project_id <-> projectId).
#pragma once
#include <boost/json.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/reflect.hpp"
#include "base/text.hpp"
#include "base/timestamp.hpp"
#include "json/types.hpp"

namespace oprag::json {

namespace bj = boost::json;

// The named schemas of an API document. Two types of one name and different members are a fault found at start.
class Components {
 public:
  void add(const std::string& name, bj::object schema);
  bool knows(const std::string& name) const { return schemas_.contains(name); }
  void reserve(const std::string& name) { schemas_.try_emplace(name); }
  bj::object release() const;

 private:
  std::map<std::string, bj::object> schemas_;
};

[[noreturn]] void reject(std::string_view member, std::string_view why);
std::string member_path(std::string_view parent, std::string_view name);

// decode(value, at): `at` names the member in messages. encode(value). schema(components).
template <class T>
struct Codec;

template <>
struct Codec<std::string> {
  static std::string decode(const bj::value& v, std::string_view at) {
    if (!v.is_string()) reject(at, "must be a string");
    return std::string(v.get_string());
  }
  static bj::value encode(const std::string& v) { return bj::value(v); }
  static bj::object schema(Components&) { return {{"type", "string"}}; }
};

template <>
struct Codec<bool> {
  static bool decode(const bj::value& v, std::string_view at) {
    if (!v.is_bool()) reject(at, "must be true or false");
    return v.get_bool();
  }
  static bj::value encode(bool v) { return v; }
  static bj::object schema(Components&) { return {{"type", "boolean"}}; }
};

template <>
struct Codec<std::int64_t> {
  static std::int64_t decode(const bj::value& v, std::string_view at) {
    if (v.is_double() && std::trunc(v.get_double()) == v.get_double() && std::abs(v.get_double()) < 9e15) {
      return static_cast<std::int64_t>(v.get_double());  // 5.0 and 1e2 are whole numbers, as JSON Schema says
    }
    if (!v.is_int64()) reject(at, "must be a whole number");
    return v.get_int64();
  }
  static bj::value encode(std::int64_t v) { return v; }
  static bj::object schema(Components&) { return {{"type", "integer"}, {"format", "int64"}}; }
};

template <>
struct Codec<double> {
  static double decode(const bj::value& v, std::string_view at) {
    if (!v.is_number()) reject(at, "must be a number");
    return v.to_number<double>();
  }
  static bj::value encode(double v) { return std::isfinite(v) ? bj::value(v) : bj::value(nullptr); }
  static bj::object schema(Components&) { return {{"type", "number"}}; }
};

template <>
struct Codec<bj::object> {
  static bj::object decode(const bj::value& v, std::string_view at) {
    if (!v.is_object()) reject(at, "must be an object");
    return v.get_object();
  }
  static bj::value encode(const bj::object& v) { return v; }
  static bj::object schema(Components&) { return {{"type", "object"}}; }
};

template <>
struct Codec<Timestamp> {
  static Timestamp decode(const bj::value& v, std::string_view at) {
    if (v.is_string()) {
      if (const auto time = parse_iso8601(v.get_string())) return *time;
    }
    reject(at, "must be a date or a time such as 2026-06-09T12:00:00.000Z");
  }
  static bj::value encode(Timestamp v) { return bj::value(to_iso8601(v)); }
  static bj::object schema(Components&) { return {{"type", "string"}, {"format", "date-time"}}; }
};

template <class Tag>
struct Codec<Id<Tag>> {
  static Id<Tag> decode(const bj::value& v, std::string_view at) { return {Codec<std::string>::decode(v, at)}; }
  static bj::value encode(const Id<Tag>& v) { return bj::value(v.value); }
  static bj::object schema(Components&) {
    return {{"type", "string"}, {"examples", bj::array{std::string(Tag::prefix) + "4kT9wYb2LmQ7sRz1XcVd0N"}}};
  }
};

template <std::size_t Min, std::size_t Max>
struct Codec<Text<Min, Max>> {
  static Text<Min, Max> decode(const bj::value& v, std::string_view at) {
    const auto text = Codec<std::string>::decode(v, at);
    const auto trimmed = trim(text);
    if (trimmed.empty() && Min > 0) reject(at, "is required");
    const auto length = code_points(trimmed);
    if (length < Min) reject(at, "must have at least " + std::to_string(Min) + " characters");
    if (length > Max) reject(at, "must have at most " + std::to_string(Max) + " characters");
    return {std::string(trimmed)};
  }
  static bj::value encode(const Text<Min, Max>& v) { return bj::value(v.value); }
  static bj::object schema(Components&) {
    bj::object out{{"type", "string"}};
    if (Min > 0) out["minLength"] = Min;
    out["maxLength"] = Max;
    return out;
  }
};

template <std::int64_t Min, std::int64_t Max>
struct Codec<Whole<Min, Max>> {
  static Whole<Min, Max> decode(const bj::value& v, std::string_view at) {
    const auto n = Codec<std::int64_t>::decode(v, at);
    if (n < Min || n > Max) reject(at, "must be between " + std::to_string(Min) + " and " + std::to_string(Max));
    return {n};
  }
  static bj::value encode(Whole<Min, Max> v) { return v.value; }
  static bj::object schema(Components&) { return {{"type", "integer"}, {"minimum", Min}, {"maximum", Max}}; }
};

template <>
struct Codec<Fraction> {
  static Fraction decode(const bj::value& v, std::string_view at) {
    const auto x = Codec<double>::decode(v, at);
    if (!(x >= 0 && x <= 1)) reject(at, "must be between 0 and 1");
    return {x};
  }
  static bj::value encode(Fraction v) { return v.value; }
  static bj::object schema(Components&) { return {{"type", "number"}, {"minimum", 0}, {"maximum", 1}}; }
};

template <class T>
struct Codec<std::vector<T>> {
  static std::vector<T> decode(const bj::value& v, std::string_view at) {
    if (!v.is_array()) reject(at, "must be a list");
    std::vector<T> out;
    out.reserve(v.get_array().size());
    for (const auto& item : v.get_array()) {
      out.push_back(Codec<T>::decode(item, std::string(at) + "[" + std::to_string(out.size()) + "]"));
    }
    return out;
  }
  static bj::value encode(const std::vector<T>& v) {
    bj::array out;
    out.reserve(v.size());
    for (const auto& item : v) out.push_back(Codec<T>::encode(item));
    return out;
  }
  static bj::object schema(Components& c) { return {{"type", "array"}, {"items", Codec<T>::schema(c)}}; }
};

template <class T, std::size_t Min, std::size_t Max>
struct Codec<List<T, Min, Max>> {
  static List<T, Min, Max> decode(const bj::value& v, std::string_view at) {
    if (v.is_array() && v.get_array().size() > Max) reject(at, "must have at most " + std::to_string(Max) + " entries");
    if (v.is_array() && v.get_array().size() < Min)
      reject(at, "must have at least " + std::to_string(Min) + " entries");
    return {Codec<std::vector<T>>::decode(v, at)};
  }
  static bj::value encode(const List<T, Min, Max>& v) { return Codec<std::vector<T>>::encode(v.value); }
  static bj::object schema(Components& c) {
    auto out = Codec<std::vector<T>>::schema(c);
    if (Min > 0) out["minItems"] = Min;
    out["maxItems"] = Max;
    return out;
  }
};

template <DescribedEnum T>
struct Codec<T> {
  static T decode(const bj::value& v, std::string_view at) {
    if (const auto found = from_word<T>(Codec<std::string>::decode(v, at))) return *found;
    std::string words;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
        [&](auto d) { words.append(words.empty() ? "" : ", ").append(enum_word(d.name)); });
    reject(at, "must be one of " + words);
  }
  static bj::value encode(T v) { return bj::value(bj::string(to_word(v))); }
  static bj::object schema(Components&) {
    bj::array words;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
        [&](auto d) { words.emplace_back(bj::string(enum_word(d.name))); });
    return {{"type", "string"}, {"enum", std::move(words)}};
  }
};

// A schema that null satisfies too.
bj::object nullable(bj::object schema);

template <class T>
struct Codec<std::optional<T>> {
  static std::optional<T> decode(const bj::value& v, std::string_view at) {
    if (v.is_null()) return {};
    return Codec<T>::decode(v, at);
  }
  static bj::value encode(const std::optional<T>& v) { return v ? Codec<T>::encode(*v) : bj::value(nullptr); }
  static bj::object schema(Components& c) { return nullable(Codec<T>::schema(c)); }
};

template <class T>
struct Codec<Omittable<T>> {
  static Omittable<T> decode(const bj::value& v, std::string_view at) {
    return {Codec<std::optional<T>>::decode(v, at)};
  }
  static bj::value encode(const Omittable<T>& v) { return Codec<std::optional<T>>::encode(v.value); }
  static bj::object schema(Components& c) { return Codec<T>::schema(c); }
};

template <class T>
struct Codec<Patch<T>> {
  using State = typename Patch<T>::State;
  static Patch<T> decode(const bj::value& v, std::string_view at) {
    if (v.is_null()) return {State::null, T{}};
    return {State::set, Codec<T>::decode(v, at)};
  }
  static bj::value encode(const Patch<T>& v) {
    return v.state == State::set ? Codec<T>::encode(v.value) : bj::value(nullptr);
  }
  static bj::object schema(Components& c) { return nullable(Codec<T>::schema(c)); }
};

template <class M>
inline constexpr bool may_be_absent = is_optional<M> || is_omittable<M> || is_patch<M>;

template <Described T>
struct Codec<T> {
  static T decode(const bj::value& v, std::string_view at) {
    if (!v.is_object()) {
      if (at.empty()) throw Error(ErrorCode::invalid_request, "Request body must be an object");
      reject(at, "must be an object");
    }
    const auto& object = v.get_object();
    if constexpr (!ignores_unknown<T>) {
      for (const auto& member : object) {
        if (!has_member(member.key())) reject(member_path(at, member.key()), "is not a member of this request");
      }
    }
    T out{};
    for_each_member<T>([&](auto d) {
      using M = std::remove_reference_t<decltype(out.*d.pointer)>;
      const auto name = camel_case(d.name);
      const auto* found = object.if_contains(name);
      if constexpr (!may_be_absent<M>) {
        if (!found || found->is_null()) reject(member_path(at, name), "is required");
      }
      if (found) out.*d.pointer = Codec<M>::decode(*found, member_path(at, name));
    });
    return out;
  }

  static bj::value encode(const T& v) {
    bj::object out;
    for_each_member<T>([&](auto d) {
      using M = std::remove_cvref_t<decltype(v.*d.pointer)>;
      if constexpr (is_omittable<M>) {
        if (!(v.*d.pointer).value) return;
      }
      out.emplace(camel_case(d.name), Codec<M>::encode(v.*d.pointer));
    });
    return out;
  }

  // Every member of an answer is there (null when empty) but for Omittable ones; of a request, those that may not be
  // absent.
  static bj::object schema(Components& components) {
    const auto name = type_name<T>();
    if (!components.knows(name)) {
      components.reserve(name);
      bj::object properties;
      bj::array required;
      for_each_member<T>([&](auto d) {
        using M = std::remove_cvref_t<decltype(std::declval<T&>().*d.pointer)>;
        properties.emplace(camel_case(d.name), Codec<M>::schema(components));
        if constexpr (!may_be_absent<M>) required.emplace_back(camel_case(d.name));
      });
      bj::object schema{{"type", "object"}, {"properties", std::move(properties)}};
      if (!required.empty()) schema["required"] = std::move(required);
      if (!ignores_unknown<T>) schema["additionalProperties"] = false;
      components.add(name, std::move(schema));
    }
    return {{"$ref", "#/components/schemas/" + name}};
  }

  // Whether "{}" is a whole request.
  static constexpr bool all_optional() {
    bool all = true;
    boost::mp11::mp_for_each<Members<T>>([&](auto d) {
      using M = std::remove_cvref_t<decltype(std::declval<T&>().*d.pointer)>;
      if (!may_be_absent<M>) all = false;
    });
    return all;
  }

 private:
  static bool has_member(std::string_view name) {
    bool found = false;
    for_each_member<T>([&](auto d) { found = found || camel_case(d.name) == name; });
    return found;
  }
};

template <class T>
T decode(const bj::value& v) {
  return Codec<T>::decode(v, "");
}

template <class T>
bj::value encode(const T& v) {
  return Codec<T>::encode(v);
}

template <class T>
std::string to_text(const T& v) {
  return bj::serialize(Codec<T>::encode(v));
}

}  // namespace oprag::json
