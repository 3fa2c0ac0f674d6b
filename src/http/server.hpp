// An HTTP/1.1 server: one I/O thread that owns every connection, and three bounded pools for handlers, so that neither
// slow models nor slow transfers keep the others waiting.
//
//   Server server(settings, application);   // binds; throws when it cannot
//   server.start();
//   …
//   server.stop();                          // drains, then cuts
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "http/application.hpp"
#include "http/metrics.hpp"
#include "http/proxies.hpp"

namespace oprag::http {

struct ServerSettings {
  using Duration = std::chrono::milliseconds;

  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;    // 0: any free one
  std::string tls_certificate;  // PEM file with the chain; empty: plain HTTP
  std::string tls_key;          // PEM file
  std::string path_prefix;      // of public_url, "/oprag": stripped where a proxy has left it
  TrustedProxies trusted_proxies;

  std::size_t max_connections = 1024;
  std::size_t quick_threads = 32, quick_queue = 256;
  std::size_t patient_threads = 32, patient_queue = 64;
  std::size_t transfer_threads = 32, transfer_queue = 64;  // bodies read or written by streamed mounts

  Duration head_time{10'000};      // from a request's first byte to the end of its head
  Duration idle_time{60'000};      // between two requests of a connection
  Duration body_time{30'000};      // for a body, and a second more for each 16 KiB received
  Duration write_time{30'000};     // for the client to take 64 KiB
  Duration request_time{30'000};   // for a handler
  Duration patient_time{120'000};  // for a patient handler
  Duration stream_time{900'000};   // for a streamed answer of unknown length
  Duration heartbeat_time{15'000};
  Duration drain_time{10'000};  // stop(): for running requests to finish
};

// What a moment's look at the server shows; for metrics.
struct ServerLoad {
  std::size_t connections = 0;
  std::uint64_t connections_refused = 0;  // since the start
  std::size_t quick_queued = 0, patient_queued = 0, transfers_queued = 0;
};

class Server {
 public:
  Server(ServerSettings settings, Application& application);
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void start();
  // The port that is listened on.
  std::uint16_t port() const;
  // Accepts nothing more, lets running requests finish within drain_time, cuts the rest, joins all threads.
  void stop();
  ServerLoad load() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Shows the server's load among the metrics. The server outlives every reading of them.
void add_load(Metrics& metrics, const Server& server);

}  // namespace oprag::http
