// A server, asked as a client asks it: upload, confirm, deploy, search, chat, all by the public API.
#pragma once
#include <boost/json.hpp>
#include <map>
#include <string>

#include "eval/system.hpp"
#include "outbound/client.hpp"

namespace oprag::eval {

struct ServerLogin {
  std::string url;
  std::string email, password;
};

class HttpSystem final : public System {
 public:
  // Signs in; somebody who cannot is signed up and founds a company. Throws std::runtime_error, as everything here,
  // with the words of the server.
  explicit HttpSystem(ServerLogin login);

  void load(const std::vector<File>& files) override;
  std::vector<Hit> search(const std::string& question, std::size_t top_k) override;
  // By the project's chat route, which says what abstention judged.
  Reply ask(const std::string& question) override;
  std::string text_of(const std::string& file) override;

  // Runs the saved tests of a project that is there already; 1 for each that passed, 0 for each that failed.
  std::vector<double> run_tests(const std::string& project);

 private:
  boost::json::value call(const std::string& method, const std::string& path, const boost::json::object& body = {});
  outbound::Response send(const std::string& method, const std::string& path, const std::string& body);
  boost::json::value identity(const std::string& operation, const boost::json::object& body);
  bool sign_in();
  void sign_up();
  void put_object(const std::string& url, const std::string& bytes);
  void upload(const std::vector<File>& files, std::size_t from, std::size_t to);
  void wait_until_indexed();
  Hit hit_of(const boost::json::value& source) const;

  ServerLogin login_;
  outbound::Client client_{"The server"};
  std::string token_, pool_client_;
  std::string project_;                           // path of the present one
  std::map<std::string, std::string> documents_;  // file -> document id
  std::map<std::string, std::string> files_;      // document id -> file
  std::map<std::string, std::string> texts_;      // file -> text, as far as it was asked for
};

}  // namespace oprag::eval
