using Convergence.Foundation.Yaml;

namespace Convergence.Foundation.Tests.Yaml;

public sealed class YamlSectionTests
{
    private enum Mode
    {
        Fast,
        Thorough,
    }

    private sealed class Errors : List<string>, IYamlErrors
    {
        void IYamlErrors.Add(string key, string problem) => Add($"{key}: {problem}");
    }

    private static (YamlSection Section, Errors Errors) Read(string yaml)
    {
        var errors = new Errors();
        return (YamlSection.OfRoot((YamlMap)YamlTree.Parse(yaml, "f.yaml")[0], errors), errors);
    }

    [Test]
    public void Getters_GoodValues_AreRead()
    {
        var (section, errors) = Read(
            "n: 3\nx: 0.5\nseed: 18446744073709551615\non: true\nmode: thorough\nwords: [a, b]\nword: a\nsub: {deep: 1}");
        Assert.Multiple(() =>
        {
            Assert.That(section.Integer("n", 1, 0, 5), Is.EqualTo(3));
            Assert.That(section.Number("x", 0, 0, 1), Is.EqualTo(0.5));
            Assert.That(section.Unsigned("seed", 0), Is.EqualTo(ulong.MaxValue));
            Assert.That(section.Flag("on", defaultValue: false), Is.True);
            Assert.That(section.Choice("mode", Mode.Fast), Is.EqualTo(Mode.Thorough));
            Assert.That(section.TextList("words"), Is.EqualTo(new[] { "a", "b" }));
            Assert.That(section.TextList("word"), Is.EqualTo(new[] { "a" }));
            Assert.That(section.Section("sub").Integer("deep", 0, 0, 9), Is.EqualTo(1));
            Assert.That(section.Integer("absent", 7, 0, 9), Is.EqualTo(7));
        });
        section.ReportUnknownKeys();
        Assert.That(errors, Is.Empty);
    }

    [Test]
    public void Getters_LenientSection_ReadsAsPythonDoes()
    {
        var errors = new Errors();
        var map = (YamlMap)YamlTree.Parse("a: ~\nb: Yes\nsub: {c: off, d: null}\nseedd: 1", "f.yaml")[0];
        var section = YamlSection.OfRoot(map, errors, isLenient: true);
        Assert.Multiple(() =>
        {
            Assert.That(section.Has("a"), Is.False);
            Assert.That(section.Integer("a", 3, 0, 9), Is.EqualTo(3));
            Assert.That(section.Flag("b", defaultValue: false), Is.True);
            Assert.That(section.Section("sub").Flag("c", defaultValue: true), Is.False);
            Assert.That(section.Section("sub").Text("d"), Is.Null);
            Assert.That(section.Unsigned("seed", 0), Is.Zero);
            Assert.That(section.UnknownKeys(), Is.EqualTo(new[] { ("seedd", "unknown key (line 4). Did you mean \"seed\"?") }));
            Assert.That(errors, Is.Empty);
        });
    }

    [Test]
    public void Getters_BadValues_AreAllToldAndDefaultsReturned()
    {
        var (section, errors) = Read("n: 9\nx: nan\non: maybe\nmode: thorouh\nsub: 3\nseed: -1\nword: [1]\nlist: {a: 1}");
        Assert.Multiple(() =>
        {
            Assert.That(section.Integer("n", 1, 0, 5), Is.EqualTo(1));
            Assert.That(section.Number("x", 0.25, 0, 1), Is.EqualTo(0.25));
            Assert.That(section.Flag("on", defaultValue: true), Is.True);
            Assert.That(section.Choice("mode", Mode.Fast), Is.EqualTo(Mode.Fast));
            Assert.That(section.Section("sub").Has("x"), Is.False);
            Assert.That(section.Unsigned("seed", 4), Is.EqualTo(4));
            Assert.That(section.Text("word"), Is.Null);
            Assert.That(section.TextList("list"), Is.Null);
        });
        Assert.That(errors, Is.EqualTo(new[]
        {
            "n: '9' is not a whole number in [0, 5].",
            "x: 'nan' is not a number in [0, 1].",
            "on: 'maybe' is neither true nor false.",
            "mode: 'thorouh' is not one of fast, thorough. Did you mean \"thorough\"?",
            "sub: '3' is not a mapping of keys to values.",
            "seed: '-1' is not a whole number in [0, 18446744073709551615].",
            "word: [1] is not a single value.",
            "list: {a: 1} is not a list of words.",
        }));
    }

    [Test]
    public void ReportUnknownKeys_NamesPathLineAndTheKeyThatWasMeant()
    {
        var (section, errors) = Read("budget:\n  minuts: 3");
        var budget = section.Section("budget");
        budget.Integer("minutes", 0, 0, 9);
        budget.ReportUnknownKeys();
        Assert.That(errors, Is.EqualTo(new[] { "budget.minuts: unknown key (line 2). Did you mean \"minutes\"?" }));
    }

    [Test]
    public void With_ReplacesAKeyInItsPlace()
    {
        var map = (YamlMap)YamlTree.Parse("a: 1\nb: 2", "f.yaml")[0];
        Assert.That(map.With("a", "3").With("c", "4").Shown, Is.EqualTo("{a: 3, b: 2, c: 4}"));
    }
}
