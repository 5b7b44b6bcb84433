using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Convergence.Tensors;
using Convergence.Testing;

namespace Convergence.Merging.Tests.Output.Lock;

public sealed class RecipeLockTests
{
    private static readonly string[] Files = ["config.json", "model.safetensors"];

    private TemporaryDirectory _folder = null!;

    private string LockPath => _folder.Combine("recipe.lock");

    [SetUp]
    public void MakeModels()
    {
        _folder = new TemporaryDirectory();
        TinyModels.Write(_folder.Combine("a"), new TinyModelOptions(), seed: 1);
        TinyModels.Write(_folder.Combine("b"), new TinyModelOptions(), seed: 2);
    }

    [TearDown]
    public void RemoveModels() => _folder.Dispose();

    [Test]
    public void Build_HashesEveryFileOfTheParents()
    {
        var built = Build(Recipe);
        Assert.That(built.Parents.Select(parent => parent.Name), Is.EqualTo(new[] { "a", "b" }));
        foreach (var parent in built.Parents)
        {
            Assert.That(parent.Files.Select(file => file.Name), Is.EqualTo(Files));
            foreach (var file in parent.Files)
            {
                var bytes = File.ReadAllBytes(_folder.Combine(parent.Name, file.Name));
                Assert.That(
                    (file.ByteCount, file.Sha256), Is.EqualTo((bytes.LongLength, Convert.ToHexStringLower(SHA256.HashData(bytes)))));
            }
        }
    }

    [Test]
    public void Write_ThenRead_GivesAnEqualLock()
    {
        var built = Build(Recipe with { Seed = ulong.MaxValue, OutDType = DType.BF16 }, maxShardByteCount: 5_000_000_000);
        built.Write(LockPath);
        var read = RecipeLock.Read(LockPath);
        Assert.Multiple(() =>
        {
            Assert.That(read.Recipe, Is.EqualTo(built.Recipe));
            Assert.That(read.Parents, Is.EqualTo(built.Parents));
            Assert.That(read.Output, Is.EqualTo(built.Output));
            Assert.That((read.Product, read.MaxShardByteCount), Is.EqualTo((built.Product, built.MaxShardByteCount)));
            Assert.That(JsonNode.DeepEquals(JsonNode.Parse(read.Resolved.ToJsonString()), JsonNode.Parse(built.Resolved.ToJsonString())));
        });
        var bytes = File.ReadAllBytes(LockPath);
        read.Write(LockPath);
        Assert.That(File.ReadAllBytes(LockPath), Is.EqualTo(bytes), "equal locks, equal bytes");
    }

    [Test]
    public void Resolved_TensorsMadeInOneWay_ShareAnEntry()
    {
        var entry = (JsonObject)Build(Recipe).Resolved.Single()!;
        Assert.That(entry["operation"]!.ToJsonString(), Is.EqualTo("""{"kind":"Linear","Weights":[0.25,0.75]}"""));
        Assert.That(entry["tensors"]!.AsArray(), Has.Count.EqualTo(TinyModels.Shapes(new TinyModelOptions()).Count));

        var gradient = RecipeParameters.Empty.With("weight", new GradientValue([0, 1]));
        var byDepth = Build(Recipe with { Models = [new("a", gradient), new("b", RecipeParameters.Of(("weight", 1.0)))] });
        Assert.That(byDepth.Resolved, Has.Count.EqualTo(2), "two layers at two depths, and what lies outside them with the first");
    }

    [Test]
    public void Resolved_MaskedMethods_DoNotListAKeyForEveryTensor()
    {
        var recipe = new MergeRecipe
        {
            Method = MergeMethod.DareLinear,
            BaseModel = "a",
            Models = [new("b", RecipeParameters.Of(("weight", 1.0), ("density", 0.5)))],
        };
        Assert.That(Build(recipe).Resolved, Has.Count.EqualTo(1));
    }

    [TestCase("format", "\"other\"", "is not a recipe.lock")]
    [TestCase("version", "2", "has version 2 of the format; this product reads version 1")]
    [TestCase("recipe", "\"merge_method: nothing\"", "merge_method \"nothing\" is not known")]
    [TestCase("version", "null", "has version none of the format")]
    [TestCase("seed", "null", "\"seed\" is missing or null")]
    [TestCase("seed", "-1", "\"seed\" is -1; it must be a whole number from 0")]
    [TestCase("seed", "\"5\"", "\"seed\" is \"5\"; it must be")]
    [TestCase("seed", "99", "\"seed\" is 99, but the recipe in \"recipe\" has seed")]
    [TestCase("recipe", "7", "\"recipe\" is missing")]
    [TestCase("parents", "{}", "\"parents\" is missing or of another kind")]
    [TestCase("parents", """[{"name": "a", "files": [{"name": "../x", "bytes": 1, "sha256": "00"}]}]""", "no file name, size and SHA-256")]
    [TestCase("resolved", "null", "\"resolved\" is missing")]
    [TestCase("output", "[]", "\"output\" is missing")]
    [TestCase("checksum", "null", "\"checksum\" is missing")]
    [TestCase("product", "\"Convergence.EvoMerge 9.9.9\"", "the file was edited after the merge wrote it")]
    public void Read_DamagedLock_IsRefused(string key, string value, string expected)
    {
        Build(Recipe).Write(LockPath);
        var root = (JsonObject)JsonNode.Parse(File.ReadAllText(LockPath))!;
        root[key] = JsonNode.Parse(value);
        File.WriteAllText(LockPath, root.ToJsonString());
        Assert.That(() => RecipeLock.Read(LockPath), Throws.InstanceOf<ConvergenceException>().With.Message.Contains(expected));
    }

    [Test]
    public void Read_LockWhoseSeedWasTakenOut_IsRefused()
    {
        Build(Recipe with { Seed = 5 }).Write(LockPath);
        var text = File.ReadAllText(LockPath);
        var edited = text.Replace("\"seed\": 5", "\"seed\": 0", StringComparison.Ordinal)
            .Replace("seed: 5\\n", "", StringComparison.Ordinal);
        Assert.That(edited, Has.Length.EqualTo(text.Length - "seed: 5\\n".Length));
        File.WriteAllText(LockPath, edited);
        Assert.That(() => RecipeLock.Read(LockPath), Throws.TypeOf<MergeException>().With.Message.Contains("proves nothing"));
    }

    [Test]
    public void Read_LockThatIsOnlyLaidOutOtherwise_IsTheSame()
    {
        Build(Recipe).Write(LockPath);
        var text = File.ReadAllText(LockPath);
        File.WriteAllText(LockPath, text.Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.That(RecipeLock.Read(LockPath).Recipe.Result, Is.EqualTo(Recipe));
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("{\"format\": \"convergence.recipe-lock\", \"format\": 1}")]
    public void Read_WhatIsNoLock_IsRefused(string text)
    {
        File.WriteAllText(LockPath, text);
        Assert.That(() => RecipeLock.Read(LockPath), Throws.InstanceOf<ConvergenceException>().With.Message.StartsWith(LockPath));
    }

    [TestCase("")]
    [TestCase("/dev/zero", IncludePlatform = "Linux,MacOsX")]
    public void Digest_OfWhatHasNoContent_IsRefusedAndNotWaitedFor(string path)
    {
        var target = path.Length > 0 ? path : _folder.Combine("empty");
        if (path.Length == 0)
        {
            File.WriteAllBytes(target, []);
        }

        Assert.That(() => FileDigest.Of(target), Throws.InstanceOf<ConvergenceException>().With.Message.Contains("has no content"));
    }

    private static MergeRecipe Recipe => new()
    {
        Method = MergeMethod.Linear,
        Models = [new("a", RecipeParameters.Of(("weight", 1.0))), new("b", RecipeParameters.Of(("weight", 3.0)))],
    };

    private RecipeLock Build(MergeRecipe recipe, long? maxShardByteCount = null)
    {
        using var parents = new ParentModels(_folder.Path);
        var plan = MergePlanner.Plan(recipe, parents);
        return RecipeLock.Build(
            plan, [new FileDigest("model.safetensors", 3, new string('a', 64))], maxShardByteCount, new DigestCache(null));
    }
}
