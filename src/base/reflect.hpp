// What Boost.Describe tells of a type, in the project's words. json/, db/ and http/ all read structs through this.
#pragma once
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace oprag {

template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && !std::is_union_v<T>;

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

// f(descriptor) for every public member, base classes first; descriptor has .name and .pointer.
template <Described T, class F>
constexpr void for_each_member(F&& f) {
  boost::mp11::mp_for_each<Members<T>>(std::forward<F>(f));
}

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

// Enumerators are the wire words, but for a trailing underscore that keeps a C++ keyword apart (`auto_` is "auto").
inline std::string_view enum_word(std::string_view name) {
  if (name.ends_with('_')) name.remove_suffix(1);
  return name;
}

template <DescribedEnum E>
std::string_view to_word(E value) {
  std::string_view word = "?";
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
    if (d.value == value) word = enum_word(d.name);
  });
  return word;
}

template <DescribedEnum E>
std::optional<E> from_word(std::string_view word) {
  std::optional<E> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
    if (enum_word(d.name) == word) found = d.value;
  });
  return found;
}

// project_id -> projectId
inline std::string camel_case(std::string_view name) {
  std::string out;
  bool upper = false;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
      continue;
    }
    out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return out;
}

// "ApiKey" for oprag::api_keys::ApiKey: the name of its schema in the API document.
template <class T>
std::string type_name() {
  std::string_view text = __PRETTY_FUNCTION__;  // "… [T = oprag::api_keys::ApiKey]"
  text.remove_prefix(text.find("T = ") + 4);
  text.remove_suffix(1);
  if (const auto open = text.find('<'); open == std::string_view::npos) {
    if (const auto colon = text.rfind(':'); colon != std::string_view::npos) text.remove_prefix(colon + 1);
  }
  std::string out;
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

}  // namespace oprag
