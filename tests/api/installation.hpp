// For tests of the whole API: a Program on a store and a folder of its own, and people, companies and projects made
// through its routes.
#pragma once
#include <array>
#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "app/program.hpp"
#include "db/testing.hpp"

namespace oprag::testing {

struct Answer {
  int status = 0;
  std::string body;

  bool is_success() const { return status >= 200 && status < 400; }
  std::string text(std::string_view pointer) const {
    return std::string(boost::json::parse(body).at_pointer(pointer).as_string());
  }
};

// What a request is sent with.
struct Credential {
  std::string bearer;              // empty: nobody's
  std::string origin;              // empty: not from a browser
  std::optional<std::string> key;  // X-Oprag-Key
};

// Path parameter -> id.
using Ids = std::map<std::string, std::string>;

// "/v1/projects/{id}" with each parameter in its place.
std::string fill(std::string_view path, const Ids& ids);

struct Invitation {
  std::string user_id, token;
};

class Installation {
 public:
  // `more`: settings beside those of every test.
  explicit Installation(const std::string& engine, const std::map<std::string, std::string>& more = {});
  ~Installation();

  // `target` is percent-encoded. Every request has the same id, so that equal answers have equal bodies.
  Answer send(const Credential& from, const std::string& method, const std::string& target,
              const std::string& body = {});
  // The same, for preparations: throws when it is refused.
  Answer must(const Credential& from, const std::string& method, const std::string& target,
              const std::string& body = {});

  // Somebody with a sign-in and no company. His address is `name`@example.com.
  Credential sign_up(const std::string& name);
  // The same person once more, in a session of its own.
  Credential sign_in(const std::string& name);
  Credential found_company(const std::string& name);
  Invitation invite(const Credential& admin, const std::string& name, const std::string& role);
  // Somebody new, by an accepted invitation.
  Credential member(const Credential& owner, const std::string& name, const std::string& role);

  // A deployed project with one of everything in it: id, docId, keyId, promptId, runId, conversationId; and "apiKey",
  // "sessionId", "messageId". `mark` is written into all of it.
  Ids make_project(const Credential& owner, const std::string& mark = "ours");
  std::string make_document(const Credential& owner, const std::string& project, const std::string& mark = "ours");
  std::string make_prompt(const Credential& owner, const std::string& project, const std::string& mark = "ours");

  static constexpr std::string_view origin = "https://shop.example";  // that every project lists

 private:
  std::filesystem::path folder_;
  std::optional<db::testing::Store> store_;  // PostgreSQL; SQLite lies in the folder

 public:
  app::Program program;
};

}  // namespace oprag::testing
