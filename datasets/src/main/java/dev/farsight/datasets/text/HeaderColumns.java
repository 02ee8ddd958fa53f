package dev.farsight.datasets.text;

import dev.farsight.api.FarsightException;
import dev.farsight.datasets.file.DataFile;
import java.util.List;

/** The columns that a header names. */
record HeaderColumns(DataFile file, long line, List<String> names) {

  /** Fields of columns that must be there. */
  int[] fields(List<String> wanted) {
    return wanted.stream()
        .mapToInt(
            name -> {
              int field = find(name);
              if (field < 0) {
                throw missing(name);
              }
              return field;
            })
        .toArray();
  }

  /** Field of the column, -1 if there is none. */
  int find(String name) {
    int field = names.indexOf(name);
    if (field >= 0) {
      int more = names.subList(field + 1, names.size()).indexOf(name);
      if (more >= 0) {
        throw bad(
            "the header names column %s twice: columns %d and %d"
                .formatted(name, field + 1, field + 1 + more + 1));
      }
    }
    return field;
  }

  FarsightException missing(String name) {
    return bad("the header has no column " + name);
  }

  private FarsightException bad(String complaint) {
    return new FarsightException(file + ":" + line + ": " + complaint);
  }
}
