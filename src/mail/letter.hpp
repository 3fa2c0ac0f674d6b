// A letter in both forms, and the three that oprag writes.
#pragma once
#include <string>

#include "base/timestamp.hpp"

namespace oprag::mail {

struct Letter {
  std::string to;
  std::string subject;
  std::string text;
  std::string html;
};

Letter invitation(const std::string& to, const std::string& company, const std::string& invited_by,
                  const std::string& url);
Letter confirmation_code(const std::string& to, const std::string& code);
Letter reset_code(const std::string& to, const std::string& code);

// The letter as RFC 5322 bytes, both forms in base64 so that any text passes any server. Control characters in an
// address or the subject become spaces: none of them begins a header of its own.
std::string message_of(const Letter& letter, const std::string& from, Timestamp date, const std::string& boundary);

}  // namespace oprag::mail
