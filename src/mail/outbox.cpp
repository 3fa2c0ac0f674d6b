#include "mail/outbox.hpp"

#include "base/log.hpp"

namespace oprag::mail {
namespace {

constexpr int most_tries = 3;
constexpr std::chrono::seconds pause_after_failure{2};

}  // namespace

Outbox::~Outbox() {
  thread_.request_stop();
  thread_.join();
  if (!waiting_.empty()) log::warn("letters were not sent before the end", {{"letters", waiting_.size()}});
}

bool Outbox::post(Letter letter, std::string what) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= outbox_letters) {
    log::error("too many letters wait for the mail server; one is dropped", {{"letter", what}});
    return false;
  }
  waiting_.push_back({std::move(letter), std::move(what)});
  changed_.notify_all();
  return true;
}

void Outbox::drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return waiting_.empty() && !sending_; });
}

void Outbox::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [&] { return !waiting_.empty(); })) {
    if (stop.stop_requested()) return;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    sending_ = true;
    lock.unlock();
    const bool done = try_to_send(next);
    lock.lock();
    if (!done) {
      waiting_.push_back(std::move(next));
      changed_.wait_for(lock, stop, pause_after_failure, [] { return false; });
    }
    sending_ = false;
    changed_.notify_all();
  }
}

bool Outbox::try_to_send(Waiting& waiting) {
  try {
    mailer_.send(waiting.letter);
    return true;
  } catch (const NotSent& failure) {
    const bool last = ++waiting.tries == most_tries;
    log::warn(last ? "a letter was not sent" : "a letter was not sent yet",
              {{"letter", waiting.what}, {"error", failure.what()}});
    return last;
  }
}

}  // namespace oprag::mail
