// Letters on their way: whoever writes one does not wait for the mail server. Kept in memory, since a code that got
// lost is asked for again; a letter that the server refuses is tried a few times.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "mail/mailer.hpp"

namespace oprag::mail {

inline constexpr std::size_t outbox_letters = 1'000;

class Outbox {
 public:
  // `mailer` outlives it.
  explicit Outbox(Mailer& mailer) : mailer_(mailer), thread_([this](std::stop_token stop) { run(stop); }) {}
  // Letters that wait are dropped, and that is logged. Waits for the one that is being sent.
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // Returns at once. `what` names the letter in the log. False when too many wait already.
  bool post(Letter letter, std::string what);
  // Until all that was posted has been sent or given up. For tests.
  void drain();

 private:
  struct Waiting {
    Letter letter;
    std::string what;
    int tries = 0;
  };
  void run(const std::stop_token& stop);
  // Whether it is done with, sent or given up.
  bool try_to_send(Waiting& waiting);

  Mailer& mailer_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Waiting> waiting_;
  bool sending_ = false;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace oprag::mail
