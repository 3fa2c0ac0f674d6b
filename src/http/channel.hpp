// A client's socket with or without TLS, the bytes received from it, and the time by which it must have moved on.
#pragma once
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace oprag::http {

class Channel {
 public:
  using Clock = std::chrono::steady_clock;
  using Duration = std::chrono::milliseconds;

  // `tls` null: plain.
  Channel(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls);

  boost::asio::awaitable<bool> shake_hands();
  // Appends to received(). False at the end of the input and after every failure.
  boost::asio::awaitable<bool> receive();
  // False when it could not be delivered.
  boost::asio::awaitable<bool> send(std::vector<boost::asio::const_buffer> bytes);
  // Ends the output and reads on for a moment: closing at once would destroy what the client has not read yet.
  boost::asio::awaitable<void> linger();
  // Calls back when the client has closed its side; not when it sends. `callback` must keep the channel alive.
  void on_client_closed(std::function<void()> callback);
  void forget_client_closed();

  std::string& received() { return received_; }
  const boost::asio::ip::address& peer() const { return peer_; }
  boost::asio::any_io_executor executor() { return socket_.get_executor(); }

  // The server looks at the deadline several times a second; there is no timer per connection.
  void allow(Duration time) { deadline_ = Clock::now() + time; }
  void allow_until(Clock::time_point deadline) { deadline_ = deadline; }
  bool late(Clock::time_point now) const { return now >= deadline_; }
  void cut();
  bool is_open() const { return socket_.is_open(); }

 private:
  boost::asio::ip::tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
  boost::asio::ip::address peer_;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::string received_;  // and not yet used
  std::array<char, 16 << 10> input_;
};

}  // namespace oprag::http
