using Convergence.Foundation.Yaml;
using FsCheck;
using FsCheck.Fluent;

namespace Convergence.Foundation.Tests.Yaml;

public sealed class YamlTreeTests
{
    [Test]
    public void Parse_SeveralDocuments_KeepsOrderLinesAndQuotes()
    {
        var documents = YamlTree.Parse("a: 1\nb: ['x', y]\n---\nc: ~\n---\n", "f.yaml");

        Assert.That(documents, Has.Count.EqualTo(2), "the empty last document says nothing");
        var first = (YamlMap)documents[0];
        var list = (YamlList)first.Find("b")!;
        Assert.Multiple(() =>
        {
            Assert.That(first.Entries.Select(entry => (entry.Key.Text, entry.Key.Line)), Is.EqualTo(new[] { ("a", 1L), ("b", 2L) }));
            Assert.That(
                list.Items.Cast<YamlScalar>().Select(item => (item.Text, item.IsPlain)), Is.EqualTo(new[] { ("x", false), ("y", true) }));
            Assert.That(((YamlMap)documents[1]).Find("c"), Is.InstanceOf<YamlScalar>().With.Property(nameof(YamlScalar.IsNull)).True);
        });
    }

    [Test]
    public void Parse_Json_IsYamlToo() =>
        Assert.That(((YamlMap)YamlTree.Parse("{\"a\": [1, 2]}", "f.json")[0]).Find("a")!.Shown, Is.EqualTo("[1, 2]"));

    [Test]
    public void Parse_AliasAndMergeKey_StandForWhatTheyName()
    {
        var root = (YamlMap)YamlTree.Parse("base: &b {x: 1, y: 2}\nown: {<<: *b, y: 3}", "f.yaml")[0];
        Assert.That(root.Find("own")!.Shown, Is.EqualTo("{y: 3, x: 1}"));
    }

    [TestCase("")]
    [TestCase("# nothing\n")]
    [TestCase("---\n---\n")]
    public void Parse_NothingSaid_HasNoDocuments(string yaml) => Assert.That(YamlTree.Parse(yaml, "f.yaml"), Is.Empty);

    [TestCase("a: [", 2, "not valid YAML")]
    [TestCase("x: 1\na: *none", 2, "*none stands for nothing")]
    [TestCase("a: &l [*l]", 1, "*l stands for nothing")]
    [TestCase("a: 1\na: 2", 2, "gives \"a\" twice")]
    [TestCase("a: !!python/object:os.system x", 1, "uses the tag")]
    [TestCase("{a: b}: c", 1, "a key that is not a word")]
    [TestCase("a: \"\\0\"", 1, "NUL")]
    [TestCase("a: {<<: 3}", 1, "<< takes the keys of another map")]
    public void Parse_Malformed_NamesFileLineAndProblem(string yaml, int line, string problem) =>
        Assert.That(
            () => YamlTree.Parse(yaml, "f.yaml"),
            Throws.TypeOf<YamlFormatException>()
                .With.Message.StartsWith($"f.yaml:{line}: ").And.Message.Contains(problem)
                .And.Property(nameof(YamlFormatException.Line)).EqualTo(line));

    [Test]
    public void Parse_DeepNesting_IsRefusedBeforeTheStackEnds() =>
        Assert.That(
            () => YamlTree.Parse(new string('[', 100_000), "f.yaml"),
            Throws.TypeOf<YamlFormatException>().With.Message.Contains("32 levels deep"));

    [Test]
    public void Parse_AliasBomb_IsRefusedWithoutWritingItOut()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 9)
                .Select(level => $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(
            () => YamlTree.Parse(bomb, "f.yaml"), Throws.TypeOf<YamlFormatException>().With.Message.Contains("aliases written out"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(16 << 20));
    }

    [Test]
    public void Parse_LargeText_IsRefusedUnread() =>
        Assert.That(
            () => YamlTree.Parse(new string('#', YamlTree.MaxByteCount + 1), "f.yaml"),
            Throws.TypeOf<YamlFormatException>().With.Message.Contains("Is it the right file?"));

    [Test]
    public void Parse_AnyText_GivesDocumentsOrThatException() => Prop.ForAll<string?>(text =>
    {
        try
        {
            Assert.That(YamlTree.Parse(text ?? "", "f.yaml"), Is.Not.Null);
        }
        catch (YamlFormatException)
        {
            // The other outcome that is allowed.
        }
    }).QuickCheckThrowOnFailure();
}
