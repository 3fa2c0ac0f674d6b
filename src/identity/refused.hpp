// A refusal in the words of the Cognito protocol: what its clients switch on.
#pragma once
#include <stdexcept>
#include <string>

namespace oprag::identity {

class Refused : public std::runtime_error {
 public:
  // `type`: an exception of the protocol, "NotAuthorizedException".
  Refused(std::string type, const std::string& message) : std::runtime_error(message), type_(std::move(type)) {}
  const std::string& type() const noexcept { return type_; }

 private:
  std::string type_;
};

// The same words for a user that does not exist and a password that is wrong.
[[noreturn]] inline void refuse_credentials() {
  throw Refused("NotAuthorizedException", "Incorrect username or password.");
}

}  // namespace oprag::identity
