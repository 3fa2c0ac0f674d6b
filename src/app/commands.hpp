// The subcommands that work on an installation's data, as functions of a Program: run inside the server when one runs,
// otherwise in the subcommand's own process.
#pragma once
#include "app/control.hpp"

namespace oprag::app {

class Program;

// {"command": "user add", …} → {"ok": true, "text": what to print}. Throws what goes wrong, in words for the operator.
boost::json::object run_command(Program& program, const Command& command);

}  // namespace oprag::app
