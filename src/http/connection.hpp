// One client connection: request after request until either side ends it. Lives on the I/O thread.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "http/application.hpp"
#include "http/channel.hpp"
#include "http/exchange.hpp"
#include "http/framing.hpp"
#include "http/pool.hpp"
#include "http/server.hpp"

namespace oprag::http {

// What connections share.
struct Services {
  const ServerSettings& settings;
  Application& application;
  Pool& quick;
  Pool& patient;
  Pool& transfers;

  Pool& pool_for(const Plan& plan) { return plan.streamed ? transfers : plan.patient ? patient : quick; }
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = Channel::Clock;

  Connection(Services services, boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls);
  // Ends when the connection does; never throws.
  boost::asio::awaitable<void> run();
  // Instead of run(): answers that there are too many connections.
  boost::asio::awaitable<void> run_refused();

  // Cuts the connection when its client is too slow.
  void check_deadline(Clock::time_point now);
  // Ends after the running request; at once without one.
  void finish();
  void cut();

 private:
  struct Turn;  // one request and its answer
  using ReadHead = std::expected<Head, Refusal>;
  enum class BodyRead { some, ended, too_large, refused, lost };

  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<std::optional<ReadHead>> read_head();
  boost::asio::awaitable<bool> serve_one(ReadHead head);
  std::expected<void, Refusal> read_request(Head& head);

  boost::asio::awaitable<BodyRead> read_body(Turn& turn, std::string& into);
  boost::asio::awaitable<bool> read_whole_body(Turn& turn);
  boost::asio::awaitable<bool> run_handler(Turn& turn);
  boost::asio::awaitable<bool> feed_handler(Turn& turn);
  void refuse(Turn& turn, const Refusal& refusal);

  boost::asio::awaitable<bool> send_answer(Turn& turn);
  boost::asio::awaitable<bool> send_stream(Turn& turn, bool chunked);
  boost::asio::awaitable<bool> send_part(Turn& turn, std::string_view bytes, bool chunked);
  boost::asio::awaitable<bool> send(std::vector<boost::asio::const_buffer> bytes);

  Services services_;
  Channel channel_;
  std::shared_ptr<Exchange> exchange_;  // the running one
  bool idle_ = true;
  bool finishing_ = false;
};

}  // namespace oprag::http
