#include "outbound/client.hpp"

#include <curl/curl.h>

#include <charconv>
#include <exception>

#include "base/text.hpp"
#include "outbound/upstream_error.hpp"

namespace oprag::outbound {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t max_idle_connections = 16;

void initialise_curl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (once != CURLE_OK) throw std::runtime_error("libcurl does not start");
}

// One request under way: what the callbacks fill and why they stopped.
struct Transfer {
  const std::string& peer;
  const Request& request;
  const OnData& on_data;
  CURL* easy;
  Response response;
  std::size_t received = 0;
  curl_off_t sent = 0;
  Clock::time_point last_byte = Clock::now();
  std::exception_ptr failure;

  bool succeeded() const { return response.status >= 200 && response.status < 300; }

  void header(std::string_view line) {
    last_byte = Clock::now();
    const auto colon = line.find(':');
    if (line.starts_with("HTTP/")) {  // also after an interim response
      response = {};
      long status = 0;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      response.status = static_cast<int>(status);
    }
    if (colon == std::string_view::npos) return;
    const auto name = ascii_lower(line.substr(0, colon));
    const auto value = trim(line.substr(colon + 1));
    response.headers.emplace_back(name, value);
    if (name == "content-type") response.content_type = ascii_lower(value);
    if (name == "retry-after") {
      int seconds = -1;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
      if (error == std::errc() && end == value.data() + value.size() && seconds >= 0) {
        response.retry_after = std::chrono::seconds(seconds);
      }
    }
  }

  void data(std::string_view bytes) {
    last_byte = Clock::now();
    received += bytes.size();
    if (received > request.max_response)
      throw UpstreamError(UpstreamFailure::malformed, peer + "'s answer is too large");
    if (on_data && succeeded()) {
      on_data(response, bytes);
    } else {
      response.body += bytes;
    }
  }
};

// Called often while a transfer runs: an upload that moves is not idle.
int progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t sent) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (sent != transfer.sent) {
    transfer.sent = sent;
    transfer.last_byte = Clock::now();
  }
  return 0;
}

// libcurl is C: an exception waits in the transfer until it has returned.
template <void (Transfer::*Receive)(std::string_view)>
std::size_t receive(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  try {
    (transfer.*Receive)({bytes, size * count});
    return size * count;
  } catch (...) {
    transfer.failure = std::current_exception();
    return size * count + 1;
  }
}

[[noreturn]] void fail(const std::string& peer, CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      throw UpstreamError(UpstreamFailure::timed_out, peer + " cannot be reached in time");
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      throw UpstreamError(UpstreamFailure::unreachable, peer + " cannot be reached");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
      throw UpstreamError(UpstreamFailure::unreachable, peer + "'s certificate is not trusted");
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
      throw UpstreamError(UpstreamFailure::cut_off, peer + " closed the connection before it had answered");
    default:
      throw UpstreamError(UpstreamFailure::malformed, peer + " does not speak HTTP as expected");
  }
}

}  // namespace

// Handles keep a connection each; never used by two threads at once.
struct Client::Connection {
  Connection() : multi(curl_multi_init()), easy(curl_easy_init()) {
    if (!multi || !easy) throw std::bad_alloc();
  }
  ~Connection() {
    curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void prepare(Transfer& transfer, curl_slist* headers) const;
  void run(const Transfer& transfer) const;

  CURLM* multi;
  CURL* easy;
};

void Client::Connection::prepare(Transfer& transfer, curl_slist* headers) const {
  const auto& request = transfer.request;
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.timeouts.connect.count()));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  const std::string_view body = request.borrowed_body.empty() ? std::string_view(request.body) : request.borrowed_body;
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else {
    if (request.method == "POST" || request.method == "PUT") {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &receive<&Transfer::header>);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &receive<&Transfer::data>);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
}

void Client::Connection::run(const Transfer& transfer) const {
  const auto& [connect, idle, total] = transfer.request.timeouts;
  const auto end = Clock::now() + total;
  const std::stop_callback wake(transfer.request.stop, [this] { curl_multi_wakeup(multi); });
  for (int running = 1; running > 0;) {
    if (transfer.request.stop.stop_requested()) throw Cancelled();
    if (curl_multi_perform(multi, &running) != CURLM_OK) fail(transfer.peer, CURLE_FAILED_INIT);
    if (transfer.failure) std::rethrow_exception(transfer.failure);
    int queued = 0;
    if (const auto* message = curl_multi_info_read(multi, &queued); message && message->msg == CURLMSG_DONE) {
      if (message->data.result != CURLE_OK) fail(transfer.peer, message->data.result);
      return;
    }
    const auto until = std::min(end, transfer.last_byte + idle);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) throw UpstreamError(UpstreamFailure::timed_out, transfer.peer + " did not answer in time");
    curl_multi_poll(multi, nullptr, 0, static_cast<int>(std::min<std::int64_t>(left, 10'000)), nullptr);
  }
}

Client::Client(std::string peer) : peer_(std::move(peer)) {
  initialise_curl();
}

Client::~Client() = default;

std::unique_ptr<Client::Connection> Client::take() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<Connection>();
  auto out = std::move(idle_.back());
  idle_.pop_back();
  return out;
}

void Client::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < max_idle_connections) idle_.push_back(std::move(connection));
}

Response Client::send(const Request& request, const OnData& on_data) {
  auto connection = take();
  Transfer transfer{
      .peer = peer_, .request = request, .on_data = on_data, .easy = connection->easy, .response = {}, .failure = {}};
  curl_slist* list = curl_slist_append(nullptr, "Expect:");  // no waiting for "100 Continue"
  for (const auto& header : request.headers) list = curl_slist_append(list, header.c_str());
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list, &curl_slist_free_all);
  connection->prepare(transfer, list);
  curl_multi_add_handle(connection->multi, connection->easy);
  try {
    connection->run(transfer);
  } catch (...) {
    curl_multi_remove_handle(connection->multi, connection->easy);
    throw;  // the connection is closed with its handle: an answer may still be on its way
  }
  curl_multi_remove_handle(connection->multi, connection->easy);
  give_back(std::move(connection));
  return std::move(transfer.response);
}

void Client::require_success(const Response& response) const {
  if (response.status >= 200 && response.status < 300) return;
  throw UpstreamError(UpstreamFailure::refused, peer_ + " answered " + std::to_string(response.status), response.status,
                      response.retry_after);
}

std::string_view Response::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (known == name) return value;
  }
  return {};
}

}  // namespace oprag::outbound
