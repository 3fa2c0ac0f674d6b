// One request and its answer, shared by the connection's coroutine (I/O thread) and the handler (pool thread). The
// handler blocks in read() and write(); the coroutine never does: it waits in wait() until the handler has done
// something.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "http/application.hpp"
#include "http/message.hpp"

namespace oprag::http {

class Exchange final : public BodyReader, public BodyWriter, public std::enable_shared_from_this<Exchange> {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::size_t buffer_size = 256 << 10;  // bytes that a handler may be ahead of its client

  Exchange(boost::asio::any_io_executor io, Request request_);

  // Not changed once the handler runs.
  Request request;
  Plan plan;

  // --- handler's thread
  std::size_t read(std::span<char> into) override;
  void write(std::string_view bytes) override;
  bool gone() const noexcept override { return stop_.stop_requested(); }
  struct Answer {
    Response response;
    bool stream_follows = false;
  };
  void answer(Answer answer);
  // The stream is over; when it is not complete the connection is cut, so that the client can tell.
  void end_stream(bool complete);

  // --- I/O thread
  // Returns when the handler has done something since the last wait, or at `until`.
  boost::asio::awaitable<void> wait(Time until);
  std::optional<Answer> take_answer();
  // Whether the handler waits in read().
  bool wants_bytes() const;
  // Body bytes for read(); nothing given is the end of the body.
  void give_bytes(std::string bytes);
  void refuse_body();  // past its limit or malformed: read() throws body_too_large

  struct Output {
    std::string bytes;
    bool ended = false;
    bool complete = false;
  };
  Output take_output();
  // Nobody will take the answer: read() and write() throw ClientGone, the request's stop_token is set.
  void abandon();

 private:
  void wake();

  boost::asio::steady_timer changed_;  // I/O thread only
  std::stop_source stop_;
  mutable std::mutex mutex_;
  std::condition_variable handler_;
  std::string incoming_;
  std::size_t incoming_used_ = 0;
  bool wants_bytes_ = false, incoming_ended_ = false, incoming_refused_ = false;
  std::optional<Answer> answer_;
  Output output_;
};

}  // namespace oprag::http
