// For tests: the smallest PDF files that say what a test wants to read.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace oprag::text {

class TestPdf {
 public:
  // Points. `rotate`: clockwise degrees by which a viewer turns the page.
  void page(double width = 612, double height = 792, int rotate = 0);

  // Helvetica at `size` with its baseline `y` below the page's top; `x` is the left end, the right end or the middle.
  void left(double x, double y, std::string_view text, double size = 10);
  void right(double x, double y, std::string_view text, double size = 10);
  void middle(double x, double y, std::string_view text, double size = 10);
  void bold(double x, double y, std::string_view text, double size = 10);

  // Drawn by no pen; in white on nothing.
  void unseen(double x, double y, std::string_view text, double size = 10);
  void white(double x, double y, std::string_view text, double size = 10);

  // From here on the page's text runs upwards, as a landscape table does on a portrait page: x and y are those of the
  // page held sideways.
  void turn();

  // `locked`: with an encryption dictionary that no empty password opens.
  std::string bytes(bool locked = false) const;

 private:
  struct Page {
    double width, height;
    int rotate;
    bool turned = false;
    std::string content;
  };
  void show(std::string_view font, double x, double y, std::string_view text, double size);
  std::vector<Page> pages_;
};

// Width of ASCII text in Helvetica, points.
double helvetica_width(std::string_view text, double size);

}  // namespace oprag::text
