#include "base/caller.hpp"

namespace oprag {

std::string Caller::subject() const {
  switch (kind) {
    case CallerKind::nobody:
      return "nobody";
    case CallerKind::user:
      return "user:" + (user.empty() ? issuer_subject : user.value);
    case CallerKind::api_key:
      return "key:" + key.value;
    case CallerKind::visitor:
      return "visitor:" + project.value + ":" + visitor;
  }
  return "nobody";
}

}  // namespace oprag
