#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <filesystem>

#include "base/environment.hpp"
#include "http/dispatcher.hpp"
#include "http/raw_client.hpp"
#include "http/server.hpp"

namespace oprag::http {
namespace {

namespace asio = boost::asio;

// A self-signed certificate for "localhost" and its key, in files that go with the test.
struct Certificate {
  Certificate() {
    std::filesystem::create_directory(folder);
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    auto* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                               0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    std::FILE* file = std::fopen((folder / "key.pem").c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    file = std::fopen((folder / "certificate.pem").c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  ~Certificate() { std::filesystem::remove_all(folder); }
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("oprag_tls_" + random_base62(12));
};

struct Tls : testing::Test {
  Tls() {
    router.add({.method = "GET", .path = "/health"}, [](const Request&) { return Response{.body = "alive"}; });
    router.add({.method = "GET", .path = "/v1/events", .patient = true},
               [](const Request&) { return event_response([](EventSink& sink) { sink.send("1", "done", "{}"); }); });
    settings.port = 0;
    settings.tls_certificate = certificate.folder / "certificate.pem";
    settings.tls_key = certificate.folder / "key.pem";
  }
  void start() {
    dispatcher = std::make_unique<Dispatcher>(router, Hooks{}, DispatcherSettings{.access_log = false}, metrics);
    server = std::make_unique<Server>(settings, *dispatcher);
    server->start();
  }
  // What the server says to these bytes before it closes; the TLS connection must end properly.
  std::string talk(const std::string& bytes, boost::system::error_code& end) {
    asio::io_context io;
    asio::ssl::context context(asio::ssl::context::tls_client);
    asio::ssl::stream<asio::ip::tcp::socket> client(io, context);
    client.lowest_layer().connect({asio::ip::address_v4::loopback(), server->port()});
    client.handshake(asio::ssl::stream_base::client);
    asio::write(client, asio::buffer(bytes));
    std::string answer;
    asio::read(client, asio::dynamic_buffer(answer), end);
    return answer;
  }

  Certificate certificate;
  Router router;
  Metrics metrics;
  std::unique_ptr<Dispatcher> dispatcher;
  ServerSettings settings;
  std::unique_ptr<Server> server;
};

TEST_F(Tls, ServesWholeAnswersAndStreams) {
  start();
  boost::system::error_code end;
  const auto answer = talk(
      "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: "
      "close\r\n\r\n",
      end);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(answer.find("\r\n\r\naliveHTTP/1.1 200 OK\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("id: 1\nevent: done\ndata: {}\n\n\r\n0\r\n\r\n"));
  EXPECT_EQ(end, asio::error::eof) << "an end without close_notify could be an attacker's";
}

TEST_F(Tls, PlainHttpIsNotAnswered) {
  start();
  EXPECT_EQ(exchange_raw(server->port(), "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n").find("HTTP"),
            std::string::npos);
}

TEST_F(Tls, AMissingCertificateIsToldAtTheStart) {
  settings.tls_certificate = "/nowhere.pem";
  EXPECT_THROW(start(), std::exception);
}

}  // namespace
}  // namespace oprag::http
