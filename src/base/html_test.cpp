#include "base/html.hpp"

#include <gtest/gtest.h>

namespace oprag {
namespace {

TEST(Html, HoldsTextThatMeansNoMarkup) {
  EXPECT_EQ(html_escaped("<b title=\"x\" lang='y'>a & b</b>"),
            "&lt;b title=&quot;x&quot; lang=&#39;y&#39;&gt;a &amp; b&lt;/b&gt;");
  EXPECT_EQ(html_escaped("naïve &amp;"), "naïve &amp;amp;");
}

}  // namespace
}  // namespace oprag
