package dev.farsight.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What python/farsight_model.py says of models that are not whole and of values that do not fit:
 * one line that names what, where, and what to do. Needs a Python with NumPy; skipped without.
 */
class FarsightModelErrorsTest {

  /** Runs expressions, one a line, and prints what each complains about. */
  private static final String SCRIPT =
      """
      import warnings
      warnings.simplefilter("error")
      from farsight_model import FarsightModel
      model = FarsightModel(sys.argv[1])
      nan, C = np.nan, lambda **more: {"C1": [0, 0], "C2": [0, 0], "C3": [0, 0], "C4": [0, 0], **more}
      dense = np.zeros((2, 3))
      for expression in sys.argv[2].splitlines():
          try:
              print(expression, "is", eval(expression))
          except farsight_model.ModelError as e:
              print(e)
      """;

  @TempDir private Path folder;

  private PythonModels models;

  @BeforeEach
  void begin() {
    models = new PythonModels(folder);
  }

  @Test
  void whatDoesNotFitTheModel() throws Exception {
    Path model = models.train();
    String given =
        """
        model.logits(dense, {})
        model.logits(np.zeros((2, 4)), C())
        model.logits(np.zeros(3), C())
        model.logits(None, C())
        model.logits([[0, 0, 0], [0, nan, 0]], C())
        model.logits([["a", "b", "c"]] * 2, C())
        model.logits([[None, 0, 0]] * 2, C())
        model.logits(dense[:1], [[0], [50], [0], [0]])
        model.logits(dense, C(C2=[0, -1]))
        model.logits(dense, C(C2=[0, 1.5]))
        model.logits(dense, C(C2=[0, nan]))
        model.logits(dense, C(C2=["x", "y"]))
        model.logits(dense, C(C2=[[0], [1, 2]]))
        model.logits(dense, C(C2=[0, 1, 2]))
        model.logits(dense, C(c2=[0, 0]))
        model.logits(dense, [[0, 0]])
        model.logits(dense, C(), {"C2": [0]})
        model.logits(dense, C(), {"C2": [1, 2]})
        model.logits(dense, C(), {"C2": [0, 2, 1]})
        model.logits(dense, C(), {"C2": [0, 1, 3]})
        model.logits(dense, C(), {"C2": [0, 0.5]})
        model.logits(dense, C(), {"X": [0, 1]})
        model.logits(dense, C(), None, {"C2": [1, 1]})
        model.rows("C5", [0])
        model.rows("C2", [0, 50])
        model.index("C2", ["a"])
        model.batch({"C2": ["a"]})
        """;
    assertThat(models.python(SCRIPT, model, given).lines())
        .containsExactly(
            "there are no indices for feature 'C1'",
            "dense has the shape (2, 4); the model takes [samples][3]",
            "dense has the shape (3,); the model takes [samples][3]",
            "dense: the model takes 3 values a sample",
            "dense: sample 1, column 1 is nan; model.transform(raw) and model.batch(columns) make a"
                + " value of a missing one",
            "dense: numbers are needed, and there is text; model.batch(columns) and"
                + " model.index(feature, values) take text",
            "dense: numbers are needed, and there is None",
            "feature 'C2': index 50 at position 0; table 'C2' has rows 0 to 49",
            "feature 'C2': index -1 at position 1; table 'C2' has rows 0 to 49",
            "feature 'C2': index 1.5 at position 1 is no whole number that a table can have",
            "feature 'C2': index nan at position 1 is no whole number that a table can have",
            "feature 'C2': index: numbers are needed, and there is text; model.batch(columns) and"
                + " model.index(feature, values) take text",
            "feature 'C2': index: lists of different lengths; of a bag, give one flat list and offsets",
            "feature 'C2': 3 indices for 2 sample(s); give offsets if it is not one index a sample",
            "indices of 'c2': the model has no such feature; did you mean 'C2'?",
            "indices: give a dict by the names of features, or a list of 4, in their order",
            "feature 'C2': 1 offset(s); 2 sample(s) need 2, or 3 with the end of the last",
            "feature 'C2': the first offset is 1, not 0",
            "feature 'C2': offsets fall from 2 to 1 after sample 1",
            "feature 'C2': the last offset is 3, and there are 2 indices",
            "feature 'C2': offset 0.5 at position 1 is no whole number that a table can have",
            "offsets of 'X': the model has no such feature",
            "feature 'C2': has no weights in the model; leave them out",
            "there is no table 'C5'",
            "table 'C2': index 50 at position 1; table 'C2' has rows 0 to 49",
            "the data of the model is synthetic, whose raw values are not known here; give logits()"
                + " transformed dense values, and indices",
            "the data of the model is synthetic, whose raw values are not known here; give logits()"
                + " transformed dense values, and indices");
  }

  @Test
  void rawValuesThatAreMalformed() throws Exception {
    var rows =
        Files.writeString(
            folder.resolve("own.csv"), "label,a,h,s,n,t\n" + "1,2,ff,x,3,4\n".repeat(9));
    Path model =
        models.train(
            "data.source=csv",
            "data.path=" + rows,
            "data.csv.dense=[a]",
            "data.csv.categorical=[{column=h, rows=9, kind=hex}, {column=s, rows=9, kind=string},"
                + " {column=n, rows=9, kind=integer},"
                + " {column=t, rows=9, kind=integer, separator=\"|\", max-lookups=2}]");
    String given =
        """
        model.index("h", ["1", "xyz"])
        model.index("h", [12])
        model.index("s", [7])
        model.index("s", "seven")
        model.index("n", ["7", "7.5"])
        model.index("n", [7.5])
        model.index("n", [2.0 ** 60])
        model.index("n", [True])
        model.index("x", [1])
        model.transform([[1, 2]])
        model.transform([[1], [1e39]])
        model.batch({"a": ["one"], "h": [""], "s": [""], "n": [""], "t": [""]})
        model.batch({"a": [1], "h": [""], "s": [""], "n": [""], "t": ["1|2|3"]})
        model.batch({"a": [1], "h": [""], "S": [""], "n": [""], "t": [""]})
        model.batch({"a": [1], "h": ["", ""], "s": [""], "n": [""], "t": [""]})
        model.batch([1])
        """;
    assertThat(models.python(SCRIPT, model, given).lines())
        .containsExactly(
            "column 'h', value 1: 'xyz' is not a hexadecimal number of at most 16 digits",
            "column 'h', value 0: 12 is a number, and text is needed, as it is in the data: leading"
                + " zeros and a to f count",
            "column 's', value 0: 7 is a number, and text is needed, as it is in the data: 7, 07 and"
                + " 7.0 are three values",
            "column 's': a list of values is needed, and there is 'seven'",
            "column 'n', value 1: '7.5' is not a whole number of 64 bits",
            "column 'n', value 0: 7.5 is not a whole number of 64 bits",
            "column 'n', value 0: 1.152921504606847e+18 is a float of 2^53 or more, which may have"
                + " lost digits; give integers or text",
            "column 'n', value 0: True is neither text nor a number",
            "there is no feature 'x'",
            "raw dense values of shape (1, 2); they need 1 values a sample, in this order: a",
            "column 'a', sample 1: 1e+39 is not finite as a 32-bit float, or not after its transform",
            "column 'a', value 0: 'one' is not a number",
            "column 't', sample 0: '1|2|3' is a bag of 3 lookups, and its max-lookups is 2",
            "there is no column 's' (give None where a value is missing); did you mean 'S'?",
            "column 'h' has 2 values, and column 'a' has 1",
            "columns: give a dict by the names of columns, a DataFrame or the like");
  }

  /** Damages a copy of a model; returns what Python says of it. */
  private String complaint(Path model, String file, Damage damage, String more) throws Exception {
    Path copy = folder.resolve("copy");
    try (Stream<Path> all = Files.walk(model)) {
      for (Path from : all.toList()) {
        Path to = copy.resolve(model.relativize(from).toString());
        if (Files.isDirectory(from)) {
          Files.createDirectories(to);
        } else {
          Files.write(to, Files.readAllBytes(from));
        }
      }
    }
    damage.to(copy.resolve(file));
    String script =
        """
        try:
            model = farsight_model.FarsightModel(sys.argv[1])
            print(%s)
        except farsight_model.ModelError as e:
            print(e)
        """;
    return models.python(script.formatted(more), copy).strip().replace(copy + "/", "");
  }

  private interface Damage {
    void to(Path file) throws Exception;
  }

  private static void cut(Path file) throws Exception {
    try (var access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(access.length() - 1);
    }
  }

  private static void flip(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void modelsThatAreNotWhole() throws Exception {
    Path model = models.train();
    String again = "; copy the model as a whole, or save it again";
    String weight = "rows/C3.weight.npy";
    String verify = "model.verify()";
    assertThat(complaint(model, weight, file -> {}, verify)).isEqualTo("None");
    assertThat(complaint(model, weight, Files::delete, "0"))
        .isEqualTo(weight + ": is missing" + again);
    assertThat(complaint(model, weight, FarsightModelErrorsTest::cut, "0"))
        .isEqualTo(weight + ": is damaged, or no npy file" + again);
    String differs = ": is damaged: its SHA-256 is not the recorded one" + again;
    assertThat(complaint(model, weight, FarsightModelErrorsTest::flip, verify))
        .isEqualTo(weight + differs);
    String state = "rows/C3.state.npy";
    assertThat(complaint(model, state, FarsightModelErrorsTest::flip, "0")).isEqualTo("0");
    assertThat(complaint(model, state, FarsightModelErrorsTest::flip, verify))
        .isEqualTo(state + differs);
    assertThat(complaint(model, state, Files::delete, verify))
        .isEqualTo(state + ": is missing" + again);
    String json = "model.json";
    Damage spaced = file -> Files.writeString(file, Files.readString(file) + " ");
    assertThat(complaint(model, json, spaced, verify)).isEqualTo(json + differs);
    assertThat(complaint(model, json, FarsightModelErrorsTest::flip, "0"))
        .startsWith(json + ": is damaged: ");
    assertThat(complaint(model, json, Files::delete, "0"))
        .endsWith("copy: has no model.json; give the folder `model` of a run, or an export as npy");
    Damage renamed =
        file -> Files.writeString(file, Files.readString(file).replace("\"dim\"", "\"d\""));
    assertThat(complaint(model, json, renamed, "0"))
        .isEqualTo(json + ": is damaged: KeyError 'dim'" + again);
  }

  @Test
  void theRunInPlaceOfItsModel() throws Exception {
    Path model = models.train();
    String script =
        "sys.exit(0 if farsight_model.main([sys.argv[1], '--verify']) == 1 else 'no complaint')";
    assertThat(models.python(script, model.getParent()))
        .isEqualTo(
            "farsight_model.py: %s: has no model.json; give the folder `model` of a run, or an export"
                    .formatted(model.getParent())
                + " as npy; did you mean %s?\n".formatted(model));
    assertThat(models.python("sys.exit(farsight_model.main([sys.argv[1], '--verify']))", model))
        .isEmpty();
  }
}
