// Member types that say on their own what a body may hold. Their bounds are checked on reading and stand in the API
// document.
#pragma once
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace oprag::json {

// A string, trimmed; Min and Max count code points. Blank with Min > 0 is "is required".
template <std::size_t Min, std::size_t Max>
struct Text {
  std::string value;
  operator const std::string&() const noexcept { return value; }
};

template <std::int64_t Min, std::int64_t Max>
struct Whole {
  std::int64_t value = Min;
  operator std::int64_t() const noexcept { return value; }
};

// A number between 0 and 1.
struct Fraction {
  double value = 0;
  operator double() const noexcept { return value; }
};

template <class T, std::size_t Min, std::size_t Max>
struct List {
  std::vector<T> value;
  operator const std::vector<T>&() const noexcept { return value; }
};

// In an answer: left out when empty (an optional is null when empty). In a request: like optional.
template <class T>
struct Omittable {
  std::optional<T> value;
};

// In a PATCH: absent leaves the stored value alone, null resets it to the default.
template <class T>
struct Patch {
  enum class State { absent, null, set };
  State state = State::absent;
  T value{};

  bool present() const noexcept { return state != State::absent; }
  // What the stored value becomes.
  template <class Stored>
  Stored applied_to(Stored stored, Stored fallback) const {
    if (state == State::set) return Stored(value);
    return state == State::null ? std::move(fallback) : std::move(stored);
  }
};

template <class T>
inline constexpr bool is_omittable = false;
template <class T>
inline constexpr bool is_omittable<Omittable<T>> = true;
template <class T>
inline constexpr bool is_patch = false;
template <class T>
inline constexpr bool is_patch<Patch<T>> = true;

// Requests of this type ignore members that they do not know (the chat routes); all others name them in a 400.
template <class T>
inline constexpr bool ignores_unknown = false;

}  // namespace oprag::json
