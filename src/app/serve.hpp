// `oprag serve`: the program behind a server, until SIGTERM or SIGINT.
#pragma once
#include "app/settings.hpp"

namespace oprag::app {

// Exit status of the process.
int serve(const Settings& settings);

}  // namespace oprag::app
