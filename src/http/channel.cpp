#include "http/channel.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace oprag::http {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;
using boost::system::error_code;

namespace {
constexpr Channel::Duration linger_time{2'000};
}

Channel::Channel(asio::ip::tcp::socket socket, asio::ssl::context* tls) : socket_(std::move(socket)) {
  error_code gone;
  peer_ = socket_.remote_endpoint(gone).address();
  socket_.set_option(asio::ip::tcp::no_delay(true), gone);
  if (tls) tls_.emplace(socket_, *tls);
}

asio::awaitable<bool> Channel::shake_hands() {
  if (!tls_) co_return true;
  error_code error;
  co_await tls_->async_handshake(asio::ssl::stream_base::server, redirect_error(use_awaitable, error));
  co_return !error;
}

asio::awaitable<bool> Channel::receive() {
  error_code error;
  std::size_t size = 0;
  if (tls_) {
    size = co_await tls_->async_read_some(asio::buffer(input_), redirect_error(use_awaitable, error));
  } else {
    size = co_await socket_.async_read_some(asio::buffer(input_), redirect_error(use_awaitable, error));
  }
  received_.append(input_.data(), size);
  co_return !error;
}

asio::awaitable<bool> Channel::send(std::vector<asio::const_buffer> bytes) {
  error_code error;
  if (tls_) {
    co_await asio::async_write(*tls_, bytes, redirect_error(use_awaitable, error));
  } else {
    co_await asio::async_write(socket_, bytes, redirect_error(use_awaitable, error));
  }
  co_return !error;
}

asio::awaitable<void> Channel::linger() {
  error_code error;
  allow(linger_time);
  if (tls_) {
    co_await tls_->async_shutdown(redirect_error(use_awaitable, error));
  }
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  while (!error) {
    co_await socket_.async_read_some(asio::buffer(input_), redirect_error(use_awaitable, error));
  }
}

void Channel::on_client_closed(std::function<void()> callback) {
  socket_.async_wait(asio::ip::tcp::socket::wait_read, [this, callback = std::move(callback)](error_code error) {
    if (error) return;  // forgotten, or cut
    char byte = 0;
    const auto size = socket_.receive(asio::buffer(&byte, 1), asio::ip::tcp::socket::message_peek, error);
    if (error || size == 0) callback();
  });
}

void Channel::forget_client_closed() {
  error_code closed;
  socket_.cancel(closed);
}

void Channel::cut() {
  error_code already_closed;
  socket_.close(already_closed);
}

}  // namespace oprag::http
