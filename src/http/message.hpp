// What passes between the server and its routes: a request read whole, an answer, and the two streams for bodies that
// are not held in memory. Values only; no sockets.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oprag::http {

// Header fields in the order in which they came. Names compare without case.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  // The first value of that name; empty when there is none.
  std::string_view operator[](std::string_view name) const;
  bool contains(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  // Replaces every field of that name.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const noexcept { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

// The client closed the connection, fell silent, or the server is stopping. Handlers of streams let it pass.
struct ClientGone : std::runtime_error {
  ClientGone() : std::runtime_error("the client is gone") {}
};

// The body of a request on a streamed route. Called from the handler's thread.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  // Blocks until there are bytes; 0 at the end of the body. Throws ClientGone, and Error body_too_large past the limit.
  virtual std::size_t read(std::span<char> into) = 0;
};

// The body of a streamed answer. Called from the handler's thread.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  // Blocks while the client reads more slowly than the handler writes. Throws ClientGone.
  virtual void write(std::string_view bytes) = 0;
  // Whether a write would throw: for handlers that compute for long before they have something to say.
  virtual bool gone() const noexcept = 0;
};

using QueryPairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;                 // as sent; methods are case-sensitive
  std::string target;                 // as sent, percent-encoded, with the query: what request signatures cover
  std::string path;                   // decoded, without the query
  std::vector<std::string> segments;  // of the path, split before decoding: "%2F" stays inside its segment
  QueryPairs query;                   // decoded, in order
  Headers headers;
  std::string body;
  bool body_too_large = false;     // more than the route allows was sent; `body` is empty
  BodyReader* incoming = nullptr;  // streamed routes only, in place of `body`
  std::optional<std::uint64_t> content_length;
  std::string client;       // address of the client, after trusted proxies
  std::string id;           // X-Request-Id of the answer
  std::stop_token stopped;  // set when nobody waits for the answer any more: deadline, client gone, shutdown

  // The first value of that name.
  std::optional<std::string> query_value(std::string_view name) const;
};

using WriteBody = std::function<void(BodyWriter&)>;

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  std::string_view static_body;         // in place of `body`: bytes that live as long as the program
  WriteBody stream;                     // in place of `body`: called on the patient pool once the head is sent
  std::optional<std::uint64_t> length;  // of a stream, when known; otherwise it is sent in chunks
  std::string heartbeat;                // written when a stream has been silent for 15 s
};

// Unreserved octets stay, "%XX" becomes its octet. Nothing for a bad escape, a NUL, or what is not UTF-8 afterwards.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
// "a=1&b" as pairs; nothing when a name or value cannot be decoded.
std::optional<QueryPairs> parse_query(std::string_view query);
// Fills path, segments and query from `target` (origin form, beginning with '/'). False when it is malformed.
bool read_target(Request& request, std::string_view target);

}  // namespace oprag::http
