#include "ingest/extract_worker.hpp"

#include <unistd.h>

#include <cerrno>
#include <new>
#include <string>

#include "base/text.hpp"
#include "ingest/sandbox.hpp"
#include "text/document.hpp"

namespace oprag::ingest {
namespace {

std::string read_all() {
  std::string out;
  std::string piece(1 << 20, '\0');
  for (;;) {
    const auto got = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return out;
    out.append(piece, 0, static_cast<std::size_t>(got));
  }
}

void write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) _exit(3);
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void send(Frame kind, std::string_view body) {
  const auto size = static_cast<std::uint32_t>(body.size());
  std::string head(1, static_cast<char>(kind));
  for (int shift = 0; shift < 32; shift += 8) head += static_cast<char>(size >> shift & 255);
  write_all(head);
  write_all(body);
}

}  // namespace

int extract_worker_main() {
  auto input = read_all();
  const auto newline = input.find('\n');
  if (newline == std::string::npos) return 2;
  const auto filename = input.substr(0, newline);
  input.erase(0, newline + 1);
  if (const auto failed = confine({}); !failed.empty()) {
    send(Frame::error, "reader_crashed\nThe reader could not be confined: " + failed);
    return 4;
  }
  try {
    const auto out = text::read(input, filename, {}, [](std::int64_t done, std::int64_t total) {
      send(Frame::progress, std::to_string(done) + " " + std::to_string(total));
    });
    if (out)
      send(Frame::document, text::encode(*out));
    else
      send(Frame::error, out.error().code + "\n" + out.error().message);
  } catch (const std::bad_alloc&) {
    send(Frame::error, "out_of_memory\nThe file needs more memory to read than is allowed");
  }
  // Libraries' own clean-up is none of our business, and would make calls that the filter kills.
  _exit(0);
}

}  // namespace oprag::ingest
