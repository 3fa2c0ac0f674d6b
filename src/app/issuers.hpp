// Whose tokens this installation accepts: the built-in provider's, and those of a configured issuer.
#pragma once
#include <vector>

#include "app/settings.hpp"
#include "identity/key_ring.hpp"
#include "identity/token_verifier.hpp"

namespace oprag::app {

std::vector<identity::Issuer> issuers_of(const Settings& settings, const identity::KeyRing& keys);
// The key set at an address. That of a discovery document stands for the key set that it names.
identity::FetchText key_fetcher();

}  // namespace oprag::app
