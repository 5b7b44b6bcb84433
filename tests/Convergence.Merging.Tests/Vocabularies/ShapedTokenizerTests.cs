using System.Text.Json.Nodes;

namespace Convergence.Merging.Tests.Vocabularies;

/// <summary>The tokenizer rules of a merge, for two models of one tokenizer's shape that differ in order, pieces and more.</summary>
internal abstract class ShapedTokenizerTests
{
    private static readonly Dictionary<string, double> Shares = new(StringComparer.Ordinal) { ["base"] = 0.25, ["other"] = 0.75 };

    private ShapedModels _models = null!;
    private string[] _baseTokens = null!;

    protected abstract JsonObject Base { get; }

    protected abstract JsonObject Other { get; }

    /// <summary>What the other model has more, in the order of its ids; an added token is marked by an asterisk.</summary>
    protected abstract string[] More { get; }

    /// <summary>The texts of <c>bos_token_id</c>, <c>eos_token_id</c> and <c>pad_token_id</c>; null for none.</summary>
    protected abstract string?[] BaseSpecials { get; }

    protected abstract string?[] OtherSpecials { get; }

    /// <summary>The base's special tokens with the other's tokenizer: the same where it has them, else the other's.</summary>
    protected abstract string?[] MovedSpecials { get; }

    /// <summary>A text that the two cut differently.</summary>
    protected abstract string Text { get; }

    protected abstract string[] CutByBase { get; }

    protected abstract string[] CutByOther { get; }

    protected abstract string[] CutByUnion { get; }

    [SetUp]
    public void WriteModels()
    {
        _models = new ShapedModels();
        _baseTokens = [.. ShapedModels.Ids(Base).OrderBy(pair => pair.Value).Select(pair => pair.Key)];

        // Both embeddings are padded, as Qwen's is.
        _models.Write("base", Base, ShapedModels.Ids(Base).Count + 3, Specials(Base, BaseSpecials));
        _models.Write("other", Other, ShapedModels.Ids(Other).Count + 2, Specials(Other, OtherSpecials));
    }

    [TearDown]
    public void RemoveModels() => _models.Dispose();

    [Test]
    public void Base_KeepsItsFilesAndIds()
    {
        Merge("tokenizer_source: base");
        AssertOutput(_baseTokens, Base, BaseSpecials, CutByBase);
        AssertFilesOf("base");
    }

    [Test]
    public void Model_BringsItsFilesAndMovesSpecialIds()
    {
        Merge("tokenizer_source: other");
        AssertOutput([.. ShapedModels.Ids(Other).OrderBy(pair => pair.Value).Select(pair => pair.Key)], Other, MovedSpecials, CutByOther);
        AssertFilesOf("other");
    }

    [Test]
    public void Union_AppendsWhatTheOtherHasMore()
    {
        Merge("tokenizer_source: union");
        AssertOutput([.. _baseTokens, .. More.Select(Name)], Base, BaseSpecials, CutByUnion);
        AssertAdded(Other, More.Where(token => token.StartsWith('*')).Select(Name));
        _models.AssertRows(Shares);
    }

    [Test]
    public void Union_Padded_FillsUpWithMeans()
    {
        Merge("tokenizer: {source: union, pad_to_multiple_of: 64}");
        var count = _baseTokens.Length + More.Length;
        Assert.That(
            (int)_models.Json(ShapedModels.Output, "config.json")["vocab_size"]!,
            Is.EqualTo((count + 63) / 64 * 64).And.GreaterThan(count));
        MergedTokenizer.AssertSound(_models);
        _models.AssertRows(Shares);
        Assert.That(MergedTokenizer.Cut(_models, Text), Is.EqualTo(CutByUnion));
    }

    [Test]
    public void Tokens_GetTheRowsThatTheirRulesName()
    {
        var news = Name(More.First(token => token.StartsWith('*')));
        Merge(
            $"tokenizer: {{source: base, tokens: {{\"<new>\": {{source: {{kind: zero}}}}, \"{news}\": {{source: other}}, "
            + "h: {source: other, force: true}, i: {source: base, force: true}}}");

        // In ordinal order of their text.
        string[] appended = [.. new[] { "<new>", news }.Order(StringComparer.Ordinal)];
        AssertOutput([.. _baseTokens, .. appended], Base, BaseSpecials, [.. CutByBase, "<new>"], Text + "<new>");
        AssertAdded(Other, [news]);
        _models.AssertRows(Shares, ("h", "other"), ("i", "base"));
        var plain = ((JsonArray)_models.Json(ShapedModels.Output, "tokenizer.json")["added_tokens"]!)
            .Single(entry => (string)entry!["content"]! == "<new>")!;
        Assert.That(
            ((bool)plain["special"]!, (bool)plain["normalized"]!), Is.EqualTo((false, false)),
            "found in the text as it stands, and not left out of answers");
    }

    [Test]
    public void Union_OfThree_HasTheMeanOfThoseThatHaveAToken()
    {
        _models.Write("third", Other, ShapedModels.Ids(Other).Count, Specials(Other, OtherSpecials));
        _models.Merge(
            "models: [{model: base, parameters: {weight: 0.5}}, {model: other, parameters: {weight: 0.2}}, "
            + "{model: third, parameters: {weight: 0.3}}]\n"
            + "tokenizer_source: union");
        AssertOutput([.. _baseTokens, .. More.Select(Name)], Base, BaseSpecials, CutByUnion);
        _models.AssertRows(new Dictionary<string, double> { ["base"] = 0.5, ["other"] = 0.2, ["third"] = 0.3 });
    }

    protected static JsonObject Specials(JsonObject tokenizer, string?[] texts)
    {
        var ids = ShapedModels.Ids(tokenizer);
        string[] keys = ["bos_token_id", "eos_token_id", "pad_token_id"];
        return new JsonObject(keys.Zip(texts, (key, text) => KeyValuePair.Create(key, text is null ? null : (JsonNode?)ids[text])));
    }

    private static string Name(string token) => token.TrimStart('*');

    private void Merge(string rule)
    {
        _models.Merge($"models: [{{model: base, parameters: {{weight: 0.25}}}}, {{model: other, parameters: {{weight: 0.75}}}}]\n{rule}");
        MergedTokenizer.AssertSound(_models);
    }

    private void AssertOutput(string[] tokens, JsonObject layout, string?[] specials, string[] cut, string? text = null)
    {
        var tokenizer = _models.Json(ShapedModels.Output, "tokenizer.json");
        Assert.That(ShapedModels.Ids(tokenizer).OrderBy(pair => pair.Value).Select(pair => pair.Key), Is.EqualTo(tokens), "tokens by id");
        Assert.That(ShapedModels.Ids(tokenizer).Values.Max(), Is.EqualTo(tokens.Length - 1));
        AssertAdded(layout, ((JsonArray)layout["added_tokens"]!).Select(entry => (string)entry!["content"]!));
        foreach (var key in new[] { "normalizer", "pre_tokenizer", "post_processor", "decoder" })
        {
            Assert.That(JsonNode.DeepEquals(tokenizer[key], layout[key]), key);
        }

        Assert.That((int)_models.Json(ShapedModels.Output, "config.json")["vocab_size"]!, Is.EqualTo(tokens.Length));
        foreach (var file in new[] { "config.json", "generation_config.json" })
        {
            var config = _models.Json(ShapedModels.Output, file);
            Assert.That(
                new[] { "bos", "eos", "pad" }.Select(key => (int?)config[key + "_token_id"] is { } id ? tokens[id] : null),
                Is.EqualTo(specials), file);
        }

        Assert.That(MergedTokenizer.Cut(_models, text ?? Text), Is.EqualTo(cut));
    }

    // Flags are those of the model that a token comes from.
    private void AssertAdded(JsonObject from, IEnumerable<string> contents)
    {
        var there = ((JsonArray)_models.Json(ShapedModels.Output, "tokenizer.json")["added_tokens"]!)
            .ToDictionary(entry => (string)entry!["content"]!);
        var origin = ((JsonArray)from["added_tokens"]!).ToDictionary(entry => (string)entry!["content"]!);
        foreach (var content in contents)
        {
            Assert.That(JsonNode.DeepEquals(ShapedModels.Described(there[content]!), ShapedModels.Described(origin[content]!)), content);
        }
    }

    private void AssertFilesOf(string model)
    {
        _models.AssertRows(Shares);
        foreach (var file in new[] { "tokenizer.json", "tokenizer_config.json" })
        {
            Assert.That(
                File.ReadAllText(_models.Path(ShapedModels.Output, file)), Is.EqualTo(File.ReadAllText(_models.Path(model, file))), file);
        }
    }
}
