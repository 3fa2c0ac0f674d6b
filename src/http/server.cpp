#include "http/server.hpp"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <optional>
#include <thread>

#include "base/log.hpp"
#include "http/connection.hpp"

namespace oprag::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds look_around{100};  // how often deadlines are looked at

asio::ssl::context tls_context(const ServerSettings& settings) {
  asio::ssl::context tls(asio::ssl::context::tls_server);
  tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                  asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_compression);
  tls.use_certificate_chain_file(settings.tls_certificate);
  tls.use_private_key_file(settings.tls_key, asio::ssl::context::pem);
  static constexpr unsigned char http_1_1[] = "\x08http/1.1";
  SSL_CTX_set_alpn_select_cb(
      tls.native_handle(),
      [](SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered, unsigned offered_size,
         void*) {
        auto* out = const_cast<unsigned char**>(chosen);
        const auto found = SSL_select_next_proto(out, size, http_1_1, sizeof http_1_1 - 1, offered, offered_size);
        return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
      },
      nullptr);
  return tls;
}

}  // namespace

struct Server::State {
  State(ServerSettings settings_, Application& application_);
  ~State() { stop(); }

  asio::awaitable<void> accept();
  asio::awaitable<void> watch_deadlines();
  asio::awaitable<void> host(tcp::socket socket);
  asio::awaitable<void> drain();
  void start();
  void stop();

  const ServerSettings settings;
  Application& application;
  std::uint16_t port = 0;
  asio::io_context io{1};
  std::optional<asio::ssl::context> tls;
  tcp::acceptor acceptor{io};
  asio::steady_timer look{io};
  asio::steady_timer drained{io};
  std::list<std::shared_ptr<Connection>> connections;  // I/O thread
  std::atomic<std::size_t> open = 0;
  std::atomic<std::uint64_t> refused = 0;
  bool stopping = false;                          // I/O thread
  std::optional<Pool> quick, patient, transfers;  // end before io: their jobs post to it
  std::thread thread;
};

Server::State::State(ServerSettings settings_, Application& application_)
    : settings(std::move(settings_)), application(application_) {
  if (!settings.tls_certificate.empty()) tls.emplace(tls_context(settings));
  const tcp::endpoint endpoint(asio::ip::make_address(settings.address), settings.port);
  acceptor.open(endpoint.protocol());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(false));
  acceptor.bind(endpoint);
  port = acceptor.local_endpoint().port();
}

asio::awaitable<void> Server::State::accept() {
  while (acceptor.is_open()) {
    error_code error;
    auto socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      asio::co_spawn(io, host(std::move(socket)), asio::detached);
    } else if (acceptor.is_open()) {  // no file descriptor left: closing connections give some back
      log::warn("cannot accept a connection", {{"what", error.message()}});
      asio::steady_timer pause(io, look_around);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }
}

// Past the limit a client is told so; past twice the limit it is only cut.
asio::awaitable<void> Server::State::host(tcp::socket socket) {
  const bool welcome = open < settings.max_connections;
  if (!welcome) ++refused;
  if (open >= 2 * settings.max_connections) co_return;
  const Services services{settings, application, *quick, *patient, *transfers};
  const auto place = connections.insert(
      connections.end(), std::make_shared<Connection>(services, std::move(socket), tls ? &*tls : nullptr));
  const auto connection = *place;
  ++open;
  if (welcome) {
    co_await connection->run();
  } else {
    co_await connection->run_refused();
  }
  connections.erase(place);
  --open;
  if (stopping && connections.empty()) drained.cancel();
}

asio::awaitable<void> Server::State::watch_deadlines() {
  error_code error;
  while (!(stopping && connections.empty())) {
    const auto now = Connection::Clock::now();
    for (const auto& connection : connections) connection->check_deadline(now);
    look.expires_after(look_around);
    co_await look.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

asio::awaitable<void> Server::State::drain() {
  error_code error;
  stopping = true;
  acceptor.close(error);
  for (const auto& connection : connections) connection->finish();
  drained.expires_after(settings.drain_time);
  if (!connections.empty()) co_await drained.async_wait(asio::redirect_error(asio::use_awaitable, error));
  for (const auto& connection : connections) connection->cut();
  look.cancel();
}

void Server::State::start() {
  quick.emplace(settings.quick_threads, settings.quick_queue);
  patient.emplace(settings.patient_threads, settings.patient_queue);
  transfers.emplace(settings.transfer_threads, settings.transfer_queue);
  acceptor.listen();
  asio::co_spawn(io, accept(), asio::detached);
  asio::co_spawn(io, watch_deadlines(), asio::detached);
  thread = std::thread([this] { io.run(); });
}

void Server::State::stop() {
  if (!thread.joinable()) return;
  asio::co_spawn(io, drain(), asio::detached);
  thread.join();  // the I/O thread ends with its last connection
  quick.reset();  // before patient: its jobs may still post there
  patient.reset();
  transfers.reset();
}

Server::Server(ServerSettings settings, Application& application)
    : state_(std::make_unique<State>(std::move(settings), application)) {}
Server::~Server() = default;

void Server::start() {
  state_->start();
}
void Server::stop() {
  state_->stop();
}
std::uint16_t Server::port() const {
  return state_->port;
}

ServerLoad Server::load() const {
  return {.connections = state_->open,
          .connections_refused = state_->refused,
          .quick_queued = state_->quick ? state_->quick->queued() : 0,
          .patient_queued = state_->patient ? state_->patient->queued() : 0,
          .transfers_queued = state_->transfers ? state_->transfers->queued() : 0};
}

void add_load(Metrics& metrics, const Server& server) {
  const auto add = [&](const char* name, const char* help, auto member) {
    metrics.gauge(name, help, [&server, member] { return static_cast<double>(server.load().*member); });
  };
  add("oprag_http_connections", "Open connections", &ServerLoad::connections);
  add("oprag_http_connections_refused", "Connections refused since the start", &ServerLoad::connections_refused);
  add("oprag_http_quick_queued", "Requests that wait for a thread", &ServerLoad::quick_queued);
  add("oprag_http_patient_queued", "Requests to models that wait for a thread", &ServerLoad::patient_queued);
  add("oprag_http_transfers_queued", "Transfers that wait for a thread", &ServerLoad::transfers_queued);
}

}  // namespace oprag::http
