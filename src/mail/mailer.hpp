// Hands letters to a mail server.
#pragma once
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/environment.hpp"
#include "base/secret.hpp"
#include "mail/letter.hpp"

namespace oprag::mail {

// The server took no responsibility for the letter. The words name neither addresses nor content.
struct NotSent : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Mailer {
 public:
  virtual ~Mailer() = default;
  // Returns when the server has accepted the letter; throws NotSent.
  virtual void send(const Letter& letter) = 0;
};

struct SmtpSettings {
  std::string url;  // smtp://host:587 (STARTTLS) or smtps://host:465
  std::string from;
  std::string user;  // empty: the server wants none
  Secret password;
  bool require_tls = true;  // false: STARTTLS when the server offers it; a password never goes in the clear
  std::string ca_file;      // PEM of the authority that signed the server's certificate; empty: the system's
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds total_timeout{20'000};
};

class SmtpMailer final : public Mailer {
 public:
  SmtpMailer(SmtpSettings settings, Clock clock, RandomText random);
  void send(const Letter& letter) override;

 private:
  SmtpSettings settings_;
  Clock clock_;
  RandomText random_;
};

// For tests: keeps what it is given.
class FakeMailer final : public Mailer {
 public:
  void send(const Letter& letter) override {
    const std::lock_guard lock(mutex_);
    letters_.push_back(letter);
  }
  std::vector<Letter> letters() const {
    const std::lock_guard lock(mutex_);
    return letters_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Letter> letters_;
};

}  // namespace oprag::mail
