// For tests: a directory of their own, and requests to the store's HTTP face without a server.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>

#include "base/environment.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "http/message.hpp"

namespace oprag::blobs {

struct TemporaryDirectory {
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("oprag_blobs_" + random_base62(12));
  TemporaryDirectory() { std::filesystem::create_directories(path); }
  ~TemporaryDirectory() { std::filesystem::remove_all(path); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
};

struct TextReader : http::BodyReader {
  std::string text;
  std::size_t piece;  // bytes at a time
  explicit TextReader(std::string t, std::size_t at_once = 1 << 20) : text(std::move(t)), piece(at_once) {}
  std::size_t read(std::span<char> into) override {
    const auto count = std::min({into.size(), text.size(), piece});
    std::memcpy(into.data(), text.data(), count);
    text.erase(0, count);
    return count;
  }
};

struct TextWriter : http::BodyWriter {
  std::string text;
  void write(std::string_view bytes) override { text += bytes; }
  bool gone() const noexcept override { return false; }
};

inline std::string body_of(const http::Response& response) {
  if (!response.stream) return response.body;
  TextWriter out;
  response.stream(out);
  return out.text;
}

// `target` as the server hands it on: without the public prefix.
template <class Face>
http::Response response_of(Face& face, const std::string& method, const std::string& target,
                           const std::string& body = "", const http::Headers& headers = {}) {
  http::Request request;
  request.method = method;
  request.target = target;
  request.headers = headers;
  EXPECT_TRUE(http::read_target(request, target)) << target;
  if (!body.empty()) request.content_length = body.size();
  TextReader reader(body);
  request.incoming = &reader;
  return face.answer(request);
}

template <class Face>
std::pair<int, std::string> answer_of(Face& face, const std::string& method, const std::string& target,
                                      const std::string& body) {
  const auto response = response_of(face, method, target, body);
  return {response.status, body_of(response)};
}

}  // namespace oprag::blobs
