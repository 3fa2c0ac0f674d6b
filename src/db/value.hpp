// What travels between C++ and SQL. Text, whole numbers, doubles, blobs; enums as their words, ids and times as their
// value, bool as 0/1, optional as NULL, and described structs, vectors and JSON objects as JSON text.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/reflect.hpp"
#include "base/timestamp.hpp"
#include "json/codec.hpp"
#include "json/parse.hpp"

namespace oprag::db {

struct Blob {
  std::string bytes;
};

using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

struct Rows {
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> rows;
  std::int64_t changed = 0;
};

inline bool is_null(const Value& v) {
  return std::holds_alternative<std::monostate>(v);
}

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <class T>
concept StoredAsJson = Described<T> || is_vector<T> || std::is_same_v<T, boost::json::object>;

template <class T>
Value to_value(const T& v) {
  if constexpr (is_optional<T>) {
    return v ? to_value(*v) : Value{};
  } else if constexpr (json::is_omittable<T>) {
    return to_value(v.value);
  } else if constexpr (std::is_same_v<T, Blob>) {
    return v;
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    return v.ms;
  } else if constexpr (DescribedEnum<T>) {
    return std::string(to_word(v));
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<std::int64_t>(v);
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<double>(v);
  } else if constexpr (StoredAsJson<T>) {
    return json::to_text(v);
  } else if constexpr (requires { v.value; }) {
    return to_value(v.value);
  } else {
    return std::string(std::string_view(v));
  }
}

template <class M>
void from_value(const Value& in, M& out) {
  if constexpr (is_optional<M>) {
    if (is_null(in))
      out.reset();
    else
      from_value(in, out.emplace());
  } else if constexpr (json::is_omittable<M>) {
    from_value(in, out.value);
  } else if constexpr (std::is_same_v<M, Blob>) {
    out = std::get<Blob>(in);
  } else if constexpr (std::is_same_v<M, Timestamp>) {
    out.ms = std::get<std::int64_t>(in);
  } else if constexpr (DescribedEnum<M>) {
    const auto word = from_word<M>(std::get<std::string>(in));
    if (!word) throw std::runtime_error("unknown word in the store: " + std::get<std::string>(in));
    out = *word;
  } else if constexpr (std::is_same_v<M, bool>) {
    out = std::get<std::int64_t>(in) != 0;
  } else if constexpr (std::is_integral_v<M>) {
    out = static_cast<M>(std::get<std::int64_t>(in));
  } else if constexpr (std::is_floating_point_v<M>) {
    out = std::holds_alternative<double>(in) ? std::get<double>(in) : static_cast<double>(std::get<std::int64_t>(in));
  } else if constexpr (StoredAsJson<M>) {
    out = json::Codec<M>::decode(json::parse(std::get<std::string>(in)), "stored value");
  } else if constexpr (requires { out.value; }) {
    from_value(in, out.value);
  } else {
    out = std::get<std::string>(in);
  }
}

// A member whose column is not in the row keeps its default; a NULL for a member that cannot be empty is a fault.
template <class T>
T struct_from(const std::vector<std::string>& columns, const std::vector<Value>& row) {
  T out{};
  for_each_member<T>([&](auto d) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i] == d.name) from_value(row[i], out.*d.pointer);
    }
  });
  return out;
}

}  // namespace oprag::db
