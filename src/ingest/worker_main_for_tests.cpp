// The reader of the tests: an honest one, and some that are not.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <new>
#include <string>

#include "ingest/extract_worker.hpp"
#include "ingest/sandbox.hpp"

int main(int argc, char** argv) {
  using namespace oprag::ingest;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "extract-worker") return extract_worker_main();
  if (mode == "environment") {  // says what it was given: nothing
    extern char** environ;
    const std::string body = std::string("no_text\n") + (environ && environ[0] ? environ[0] : "empty");
    std::string head("E");
    for (int i = 0; i < 32; i += 8) head += static_cast<char>(body.size() >> i & 255);
    return ::write(1, (head + body).data(), head.size() + body.size()) > 0 ? 0 : 1;
  }
  if (!confine({}).empty()) return 9;
  if (mode == "hang")
    for (;;) {
    }
  if (mode == "flood") {
    const std::string junk(1 << 16, 'D');
    while (::write(1, junk.data(), junk.size()) > 0) {
    }
  }
  if (mode == "socket") ::socket(AF_INET, SOCK_STREAM, 0);
  if (mode == "exec") ::execl("/bin/sh", "sh", "-c", "true", nullptr);
  if (mode == "fork") ::fork();
  if (mode == "proc") {
    const int fd = ::open("/proc/1/environ", O_RDONLY);
    const std::string body = std::string("no_text\n") + (fd < 0 ? std::strerror(errno) : "opened");
    std::string head("E");
    for (int i = 0; i < 32; i += 8) head += static_cast<char>(body.size() >> i & 255);
    return ::write(1, (head + body).data(), head.size() + body.size()) > 0 ? 0 : 1;
  }
  if (mode == "lie") {
    const char frame[] = "D\x05\0\0\0hello";
    return ::write(1, frame, 10) > 0 ? 0 : 1;
  }
  if (mode == "crash") *static_cast<volatile int*>(nullptr) = 1;
  _exit(0);
}
