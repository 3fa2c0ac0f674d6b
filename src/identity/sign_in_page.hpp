// The page on which people sign in for another tool. No script, nothing loaded, and a policy that says so.
#pragma once
#include <string>

#include "http/message.hpp"

namespace oprag::identity {

struct SignInPage {
  std::string action;    // where the form goes, with the query of the request
  std::string returns;   // origin_of where the tool wants its users back: the only other place the form may lead to
  std::string username;  // as given before
  std::string problem;   // empty at first
  int status = 200;
};
http::Response page_of(const SignInPage& page);

// For what must not be answered by sending somebody somewhere.
http::Response page_of_message(const std::string& title, const std::string& message, int status);

}  // namespace oprag::identity
