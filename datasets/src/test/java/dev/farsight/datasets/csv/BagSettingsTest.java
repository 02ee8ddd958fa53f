package dev.farsight.datasets.csv;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.api.config.ConfigException;
import dev.farsight.datasets.Opened;
import org.junit.jupiter.api.Test;

/** What is said of wrong settings of columns of bags. */
class BagSettingsTest {

  private static final String ENTRY = "my.conf: 1: farsight.data.csv.categorical[";

  private static void complains(String entries, String complaint) {
    assertThatThrownBy(
            () ->
                new CsvFactory()
                    .open(Opened.context("csv", "csv.categorical = [" + entries + "]", 1, 1)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(ENTRY + complaint);
  }

  private static void complainsAbout(String keys, String complaint) {
    complains("{ column = a, rows = 9, kind = hex, " + keys + " }", "1]." + complaint);
  }

  @Test
  void keysOfBagsNeedTheMostLookups() {
    complainsAbout(
        "separator = \"|\"",
        "separator: '|' is for a column of bags; give max-lookups, the most lookups of a sample, too");
    complainsAbout(
        "padding = 0",
        "padding: 0 is for a column of bags; give max-lookups, the most lookups of a sample, too");
    complainsAbout(
        "weights = w",
        "weights: 'w' is for a column of bags; give max-lookups, the most lookups of a sample, too");
    complainsAbout(
        "pooling = mean",
        "pooling: 'mean' is for a column of bags; give max-lookups, the most lookups of a sample, too");
    complainsAbout(
        "max-lookups = 2",
        "max-lookups: 2 needs a separator between the values of a field; give separator");
    complainsAbout(
        "max-lookups = 0, separator = \"|\"",
        "max-lookups: 0 is not a whole number from 1 to 8388608");
  }

  @Test
  void aSeparatorOfValuesIsNoneOfFields() {
    for (String separator : new String[] {",", "\\\"", "\\n", "\\r", "||", "", "\u00A7"}) {
      assertThatThrownBy(
              () ->
                  new CsvFactory()
                      .open(
                          Opened.context(
                              "csv",
                              "csv.categorical = [{ column = a, rows = 9, kind = hex, max-lookups = 2, separator = \""
                                  + separator
                                  + "\" }]",
                              1,
                              1)))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith(ENTRY + "1].separator: '")
          .hasMessageEndingWith(
              " is not one ASCII character other than a quote, a line end or the separator of columns");
    }
  }

  @Test
  void poolingIsKnownAndAllowsTheWeights() {
    String bag = "max-lookups = 2, separator = \"|\", ";
    complainsAbout(bag + "pooling = avg", "pooling: 'avg' is none of sum, mean, max");
    complainsAbout(
        bag + "pooling = max, weights = w",
        "weights: 'w' has no meaning with pooling = max; set sum or mean, or leave it out");
  }

  @Test
  void aSharedTableIsThatOfAnEntryWithRows() {
    String genres = "{ column = genres, rows = 9, kind = hex }, ";
    complains(
        genres + "{ column = b, table = genre }",
        "2].table: 'genre' is the name of no entry; did you mean genres? (entries with a table:"
            + " genres)");
    complains(
        genres + "{ column = b, name = c, rows = 9, kind = hex }, { column = d, table = xyz }",
        "3].table: 'xyz' is the name of no entry (entries with a table: genres, c)");
    complains(
        genres + "{ column = b, table = b }",
        "2].table: 'b' is this entry itself; give rows and kind, or another entry's name");
    complains(
        genres + "{ column = b, table = genres }, { column = c, table = b }",
        "3].table: 'b' has no table of its own, but shares that of genres; name an entry with rows");
    complains(
        "{ column = b, table = c }, { column = c, table = b }",
        "1].table: 'c' has no table of its own, but shares that of b; name an entry with rows");
    complains(
        genres + "{ column = b, table = genres, rows = 9 }",
        "2].rows: 9 must not be given with table: that of entry genres counts");
    complains(
        genres + "{ column = b, table = genres, kind = hex }",
        "2].kind: 'hex' must not be given with table: that of entry genres counts");
  }

  @Test
  void longBagsFailOrAreTruncated() {
    assertThatThrownBy(
            () ->
                new CsvFactory()
                    .open(
                        Opened.context(
                            "csv",
                            "csv { on-long-bag = cut, categorical = [{ column = a, rows = 9, kind = hex }] }",
                            1,
                            1)))
        .isInstanceOf(ConfigException.class)
        .hasMessage("my.conf: 1: farsight.data.csv.on-long-bag: 'cut' is none of fail, truncate");
  }
}
