#include "app/serve.hpp"

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstring>
#include <thread>

#include "app/commands.hpp"
#include "app/control.hpp"
#include "app/data_directory.hpp"
#include "app/housekeeping.hpp"
#include "app/program.hpp"
#include "app/system_routes.hpp"
#include "base/log.hpp"
#include "http/server.hpp"

namespace oprag::app {
namespace {

http::ServerSettings server_settings(const Settings& settings) {
  http::ServerSettings out;
  std::tie(out.address, out.port) = split_listen(settings.listen);
  out.tls_certificate = settings.tls_certificate;
  out.tls_key = settings.tls_key;
  out.path_prefix = path_prefix(settings.public_url);
  out.trusted_proxies = http::TrustedProxies(settings.trusted_proxies);
  return out;
}

// Blocked before any thread starts, so that every thread leaves them to sigwait.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

void allow_many_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// glibc lets every thread have an arena, eight a core, and each keeps what was freed in it.
void share_arenas() {
  mallopt(M_ARENA_MAX, static_cast<int>(std::max(2u, std::thread::hardware_concurrency())));
}

}  // namespace

int serve(const Settings& settings) {
  share_arenas();
  const auto signals = block_stop_signals();
  allow_many_files();
  const DataDirectory directory(settings.data_dir);
  Program program(settings, {.reader = settings.program_dir / "oprag"});
  if (settings.database.empty()) program.queue.free_all();  // the data directory's lock: nobody else works on it
  if (settings.objects_dir == settings.data_dir / "objects") program.object_storage.sweep();
  http::Server server(server_settings(settings), *program.dispatcher);
  http::add_load(program.metrics, server);
  malloc_trim(0);  // the embedding model was read as a whole and is no longer needed as a file
  program.start_workers();
  server.start();
  {
    const Housekeeping housekeeping([&, renewed = false]() mutable {
      program.object_storage.warn_if_browsers_cannot_upload(settings.public_url);
      if (!renewed) program.indexing.renew();
      renewed = true;
      program.retention.run_once(program.clock());
    });
    const ControlServer control(control_socket(settings.data_dir),
                                [&](const Command& command) { return run_command(program, command); });
    log::info("serving", {{"listen", settings.listen}, {"publicUrl", settings.public_url}, {"version", version}});
    int signal = 0;
    sigwait(&signals, &signal);
    log::info("stopping", {{"signal", strsignal(signal)}});
  }
  program.chat_streams.close();
  server.stop();
  program.stop_workers();
  log::info("stopped");
  return 0;
}

}  // namespace oprag::app
