#include "http/exchange.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/error.hpp"

namespace oprag::http {

Exchange::Exchange(boost::asio::any_io_executor io, Request request_)
    : request(std::move(request_)), changed_(std::move(io)) {
  request.stopped = stop_.get_token();
}

std::size_t Exchange::read(std::span<char> into) {
  if (into.empty()) return 0;
  std::unique_lock lock(mutex_);
  if (incoming_used_ == incoming_.size() && !incoming_ended_) {
    wants_bytes_ = true;
    wake();
    handler_.wait(lock, [this] { return !wants_bytes_ || gone(); });
  }
  if (incoming_refused_) throw Error(ErrorCode::body_too_large, "The body is larger than this route takes");
  if (gone()) throw ClientGone();
  const auto size = std::min(into.size(), incoming_.size() - incoming_used_);
  std::copy_n(incoming_.data() + incoming_used_, size, into.data());
  incoming_used_ += size;
  return size;
}

void Exchange::write(std::string_view bytes) {
  std::unique_lock lock(mutex_);
  while (!bytes.empty()) {
    handler_.wait(lock, [this] { return output_.bytes.size() < buffer_size || gone(); });
    if (gone()) throw ClientGone();
    const auto part = bytes.substr(0, buffer_size - output_.bytes.size());
    const bool was_empty = output_.bytes.empty();
    output_.bytes.append(part);
    bytes.remove_prefix(part.size());
    if (was_empty) wake();
  }
}

void Exchange::answer(Answer answer) {
  const std::scoped_lock lock(mutex_);
  answer_ = std::move(answer);
  wake();
}

void Exchange::end_stream(bool complete) {
  const std::scoped_lock lock(mutex_);
  output_.ended = true;
  output_.complete = complete;
  wake();
}

// Posted, so that it runs after the coroutine has begun the wait it was about to begin: no wake-up is lost.
void Exchange::wake() {
  boost::asio::post(changed_.get_executor(), [self = shared_from_this()] { self->changed_.cancel(); });
}

boost::asio::awaitable<void> Exchange::wait(Time until) {
  boost::system::error_code cancelled_or_expired;
  changed_.expires_at(until);
  co_await changed_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled_or_expired));
}

std::optional<Exchange::Answer> Exchange::take_answer() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(answer_, std::nullopt);
}

bool Exchange::wants_bytes() const {
  const std::scoped_lock lock(mutex_);
  return wants_bytes_;
}

void Exchange::give_bytes(std::string bytes) {
  const std::scoped_lock lock(mutex_);
  incoming_ended_ = bytes.empty();
  incoming_ = std::move(bytes);
  incoming_used_ = 0;
  wants_bytes_ = false;
  handler_.notify_all();
}

void Exchange::refuse_body() {
  const std::scoped_lock lock(mutex_);
  incoming_refused_ = true;
  wants_bytes_ = false;
  handler_.notify_all();
}

Exchange::Output Exchange::take_output() {
  const std::scoped_lock lock(mutex_);
  Output taken = std::move(output_);
  output_ = {.bytes = {}, .ended = taken.ended, .complete = taken.complete};
  if (!taken.bytes.empty()) handler_.notify_all();
  return taken;
}

void Exchange::abandon() {
  stop_.request_stop();
  const std::scoped_lock lock(mutex_);
  handler_.notify_all();
  wake();
}

}  // namespace oprag::http
