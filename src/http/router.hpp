// One declaration per route: method, path, access and types. From it follow routing, access check, decoding,
// validation, the status and the OpenAPI entry.
//
//   router.add({.method = "POST", .path = "/v1/projects/{id}/keys", .access = Access::admin,
//               .summary = "Create an additional API key", .status = 201, .creates = true},
//              [&](const Caller& caller, Path<ProjectPath> path, Body<KeyCreate> body) {
//                return keys.create(caller, path->id, *body);
//              });
//
// A handler parameter is one of: const Caller&, const Request&, Path<T>, Query<T>, Body<T>. It returns a described
// struct, an Answer<T> (status and headers of its own), a Response (bytes), an Either<T> (a value or bytes), or a
// Reply<T> (a value or an event source). Handlers block: they run on a bounded pool, those of `patient` routes on one
// of their own.
#pragma once
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/caller.hpp"
#include "http/events.hpp"
#include "http/hooks.hpp"
#include "http/message.hpp"
#include "json/codec.hpp"
#include "json/parse.hpp"

namespace oprag::http {

namespace bj = boost::json;

inline constexpr std::size_t default_body_limit = 1 << 20;

struct Spec {
  std::string_view method;
  std::string_view path;  // "/v1/projects/{id}/documents/{docId}"
  Access access = Access::open;
  std::string_view summary;
  int status = 200;
  std::string_view tag{};                       // group in the API document
  std::size_t body_limit = default_body_limit;  // bytes
  bool creates = false;                         // takes an Idempotency-Key
  bool needs_rag = false;                       // 503 rag_disabled while retrieval is switched off
  bool patient = false;                         // may wait on a model: longer deadline, own pool
  bool shows_secret = false;                    // Cache-Control: no-store
  // A plain answer as server-sent events, for who accepts those or says "stream": true: how the stored answer of an
  // Idempotency-Key is told again. Its handler answers once under such a key, and keeps the record, itself.
  Response (*as_events)(const Request& request, Response answer) = nullptr;
  bool has_etag = false;      // GET: ETag of the answer; PATCH: takes If-Match
  std::array<int, 2> also{};  // failures for the API document that nothing else here makes possible
};

struct Context {
  Caller caller;
  const Request& request;
  const Spec& spec;
  std::map<std::string, std::string> path;  // by name in the template, decoded
  bj::value body;                           // parsed, not yet decoded; null when the route takes none
};

template <class T>
struct Path {
  T value;
  const T* operator->() const { return &value; }
};
template <class T>
struct Query {
  T value;
  const T* operator->() const { return &value; }
  const T& operator*() const { return value; }
};
template <class T>
struct Body {
  T value;
  const T* operator->() const { return &value; }
  const T& operator*() const { return value; }
};

template <class T>
struct Answer {
  T value;
  int status = 0;  // 0: the route's
  Headers headers{};
};

template <class T>
using Reply = std::variant<Answer<T>, EventSource>;

// A value, or bytes of another media type that Accept asked for.
template <class T>
using Either = std::variant<Answer<T>, Response>;

// What the API document says of one route; schemas are filled in when the document is written.
struct Operation {
  std::function<bj::object(json::Components&)> path_schema, query_schema, body_schema, answer_schema;  // empty: none
  bool body_optional = false;
  bool streams = false;
};

struct Route {
  Spec spec;
  Operation operation;
  std::function<Response(const Context&)> run;
};

// What a route's described struct becomes.
Response json_response(std::string body, int status, const Spec& spec, Headers headers);
// Strong, quoted; of the serialised record.
std::string etag_of(std::string_view body);
// Throws precondition_failed when the request carries an If-Match that names another state than `record` is in.
template <class T>
void require_match(const Request& request, const T& record);

// The body as JSON under the rules of the contract: Content-Type, syntax, and what an empty body means. The dispatcher
// calls it before the path's ids are looked up and before any member is checked: that is the contract's order.
bj::value parse_body(const Request& request, const Spec& spec, bool all_optional);
// Text parameters as the JSON value that the codec of their member type wants.
bj::value number_from_text(const std::string& text);

namespace detail {

template <class M>
struct Unwrapped {
  using type = M;
};
template <class M>
struct Unwrapped<std::optional<M>> {
  using type = M;
};

template <class M>
inline constexpr bool is_whole = false;
template <std::int64_t A, std::int64_t B>
inline constexpr bool is_whole<json::Whole<A, B>> = true;

template <class M>
inline constexpr bool reads_number = std::is_arithmetic_v<M> || is_whole<M> || std::is_same_v<M, json::Fraction>;

template <class T>
T from_text_members(const auto& find) {
  bj::object object;
  for_each_member<T>([&](auto d) {
    using M = typename Unwrapped<std::remove_cvref_t<decltype(std::declval<T&>().*d.pointer)>>::type;
    const auto name = camel_case(d.name);
    const std::string* text = find(name);
    if (!text) return;
    if constexpr (std::is_same_v<M, bool>) {
      if (*text == "true" || *text == "false")
        object[name] = *text == "true";
      else
        object[name] = *text;
    } else if constexpr (reads_number<M>) {
      object[name] = number_from_text(*text);
    } else {
      object[name] = *text;
    }
  });
  return json::decode<T>(object);
}

template <class P>
struct From;

template <>
struct From<Caller> {
  static const Caller& read(const Context& c) { return c.caller; }
  static void describe(Operation&) {}
};
template <>
struct From<Request> {
  static const Request& read(const Context& c) { return c.request; }
  static void describe(Operation&) {}
};
template <class T>
struct From<Path<T>> {
  static Path<T> read(const Context& c) {
    return {from_text_members<T>([&](const std::string& name) -> const std::string* {
      const auto it = c.path.find(name);
      return it == c.path.end() ? nullptr : &it->second;
    })};
  }
  static void describe(Operation& o) {
    o.path_schema = [](json::Components& k) { return json::Codec<T>::schema(k); };
  }
};
template <class T>
struct From<Query<T>> {
  // A repeated parameter counts once, the first; an empty one is absent.
  static Query<T> read(const Context& c) {
    return {from_text_members<T>([&](const std::string& name) -> const std::string* {
      for (const auto& [key, value] : c.request.query) {
        if (key == name && !value.empty()) return &value;
      }
      return nullptr;
    })};
  }
  static void describe(Operation& o) {
    o.query_schema = [](json::Components& k) { return json::Codec<T>::schema(k); };
  }
};
template <class T>
struct From<Body<T>> {
  static constexpr bool all_optional = json::Codec<T>::all_optional();
  static Body<T> read(const Context& c) { return {json::decode<T>(c.body)}; }
  static void describe(Operation& o) {
    o.body_schema = [](json::Components& k) { return json::Codec<T>::schema(k); };
    o.body_optional = all_optional;
  }
};

template <class R>
struct Result {
  using type = R;
};
template <class T>
struct Result<Answer<T>> {
  using type = T;
};
template <class T>
struct Result<Reply<T>> {
  using type = T;
};
template <class T>
struct Result<Either<T>> {
  using type = T;
};
template <class R>
inline constexpr bool is_reply = false;
template <class T>
inline constexpr bool is_reply<Reply<T>> = true;

inline Response to_response(Response&& r, const Spec&) {
  return std::move(r);
}
template <class T>
Response to_response(Answer<T>&& a, const Spec& spec) {
  return json_response(json::to_text(a.value), a.status ? a.status : spec.status, spec, std::move(a.headers));
}
template <class T>
Response to_response(Reply<T>&& reply, const Spec& spec) {
  if (auto* answer = std::get_if<Answer<T>>(&reply)) return to_response(std::move(*answer), spec);
  return event_response(std::get<EventSource>(std::move(reply)));
}
template <class T>
Response to_response(Either<T>&& either, const Spec& spec) {
  if (auto* answer = std::get_if<Answer<T>>(&either)) return to_response(std::move(*answer), spec);
  return std::get<Response>(std::move(either));
}
template <Described T>
Response to_response(T&& value, const Spec& spec) {
  return json_response(json::to_text(value), spec.status, spec, {});
}

}  // namespace detail

class Router {
 public:
  // Checked at once: {names} of the path are the members of the Path type; no duplicate; no ambiguous pair. A violation
  // is a std::logic_error at start.
  template <class F>
  void add(Spec spec, F handler) {
    bind(spec, std::function{std::move(handler)});
  }

  // The route and its path parameters, or null. Literal segments win over parameters.
  // HEAD finds the route of GET. `segments`: of the request's path, decoded.
  const Route* find(std::string_view method, const std::vector<std::string>& segments,
                    std::map<std::string, std::string>& params) const;
  // The methods that a path answers to, for CORS; empty for an unknown path.
  std::vector<std::string_view> methods_of(const std::vector<std::string>& segments) const;
  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

 private:
  template <class R, class... P>
  void bind(Spec spec, std::function<R(P...)> handler) {
    Operation operation;
    (detail::From<std::remove_cvref_t<P>>::describe(operation), ...);
    using Out = typename detail::Result<R>::type;
    if constexpr (!std::is_same_v<Out, Response>) {
      operation.answer_schema = [](json::Components& k) { return json::Codec<Out>::schema(k); };
    }
    operation.streams = detail::is_reply<R> || spec.as_events != nullptr;
    insert({spec, std::move(operation), [handler = std::move(handler)](const Context& c) {
              // Braces: parameters are read left to right, so Path before Body.
              std::tuple<decltype(detail::From<std::remove_cvref_t<P>>::read(c))...> arguments{
                  detail::From<std::remove_cvref_t<P>>::read(c)...};
              return detail::to_response(std::apply(handler, std::move(arguments)), c.spec);
            }});
  }
  struct Entry {
    std::vector<std::string_view> segments;  // of the template
    const Route* route;
  };
  void insert(Route route);

  std::vector<std::unique_ptr<Route>> routes_;
  // By method; within one, literal segments sort before parameters, so the first match is the right one.
  std::map<std::string_view, std::vector<Entry>> by_method_;
};

template <class T>
void require_match(const Request& request, const T& record) {
  const auto wanted = request.headers["If-Match"];
  if (wanted.empty() || wanted == "*" || wanted == etag_of(json::to_text(record))) return;
  throw Error(ErrorCode::precondition_failed, "The resource has changed since it was read");
}

}  // namespace oprag::http
