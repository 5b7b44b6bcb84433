using System.Text.Json;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.Tensors.Tests.Safetensors;

/// <summary>Single files and shards, and every way in which an index and its shards can disagree.</summary>
public sealed class SafetensorsCheckpointTests
{
    private const string First = "model-00001-of-00002.safetensors";
    private const string Second = "model-00002-of-00002.safetensors";

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void CreateDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void Open_Shards_JoinsThem()
    {
        Shard(First, "b", "a");
        Shard(Second, "c");
        Index(("a", First), ("b", First), ("c", Second));
        using var checkpoint = SafetensorsCheckpoint.Open(_directory.Path);
        Assert.That(checkpoint.Names, Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(checkpoint.Files, Is.EqualTo(new[] { _directory.Combine(First), _directory.Combine(Second) }));
        Assert.That(checkpoint.TryGet("c", out var tensor) && ((HostTensor)tensor).AsSpan<float>()[0] == 'c');
        Assert.That(checkpoint.TryGet("d", out _), Is.False);
    }

    [Test]
    public void Open_SingleFileAndIndex_TakesTheSingleFile()
    {
        Shard(SafetensorsFormat.SingleFileName, "single");
        Shard(First, "a");
        Index(("a", First));
        using var checkpoint = SafetensorsCheckpoint.Open(_directory.Path);
        Assert.That(checkpoint.Names, Is.EqualTo(new[] { "single" }));
    }

    [Test]
    public void Open_MissingShard_NamesIndexAndShard()
    {
        Shard(First, "a");
        Index(("a", First), ("b", Second));
        AssertRefused(SafetensorsError.MissingShard, SafetensorsFormat.IndexFileName, Second);
    }

    [Test]
    public void Open_TensorThatItsShardLacks_NamesBoth()
    {
        Shard(First, "a");
        Index(("a", First), ("b", First));
        AssertRefused(SafetensorsError.TensorNotInShard, "\"b\"", First);
    }

    [Test]
    public void Open_TensorInAnotherShardThanTheIndexSays_NamesBoth()
    {
        Shard(First, "a", "b");
        Shard(Second, "c");
        Index(("a", First), ("b", Second), ("c", Second));
        AssertRefused(SafetensorsError.TensorNotInShard, "\"b\"", Second);
    }

    [Test]
    public void Open_TensorThatTheIndexLacks_NamesBoth()
    {
        Shard(First, "a", "stray");
        Index(("a", First));
        AssertRefused(SafetensorsError.TensorNotInIndex, "\"stray\"", First);
    }

    [Test]
    public void Open_TensorInTwoShards_NamesBoth()
    {
        Shard(First, "a");
        Shard(Second, "a", "b");
        Index(("a", First), ("b", Second));
        AssertRefused(SafetensorsError.DuplicateTensor, First, Second);
    }

    [Test]
    public void Open_BrokenShard_NamesTheShard()
    {
        File.WriteAllBytes(_directory.Combine(First), CraftedFile.With(CraftedFile.OneTensor, 12));
        Index(("a", First));
        AssertRefused(SafetensorsError.DataBeyondFile, First, "\"a\"");
    }

    [TestCase("not json")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"weight_map":[]}""")]
    [TestCase("""{"weight_map":{}}""")]
    [TestCase("""{"weight_map":{"a":3}}""")]
    [TestCase("""{"weight_map":{"a":""}}""")]
    [TestCase("""{"weight_map":{"a":".."}}""")]
    [TestCase("""{"weight_map":{"a":"../secret.safetensors"}}""")]
    [TestCase("""{"weight_map":{"a":"/etc/passwd"}}""")]
    [TestCase("""{"weight_map":{"a":"sub\\file.safetensors"}}""")]
    [TestCase("""{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}""")]
    [TestCase("""{"weight_map":{"\ud800":"x.safetensors"}}""")]
    [TestCase("""{"weight_map":{"a":"\ud800"}}""")]
    public void Open_MalformedIndex_IsRefused(string json)
    {
        File.WriteAllText(_directory.Combine(SafetensorsFormat.IndexFileName), json);
        AssertRefused(SafetensorsError.InvalidIndex, SafetensorsFormat.IndexFileName, "again");
    }

    [Test]
    public void Open_NoWeights_NamesTheDirectory() =>
        AssertRefused(SafetensorsError.NoWeights, _directory.Path, SafetensorsFormat.SingleFileName);

    [Test]
    public void Open_OnlyPickledWeights_SaysWhyTheyAreRefused()
    {
        File.WriteAllText(_directory.Combine("pytorch_model.bin"), "");
        AssertRefused(SafetensorsError.NoWeights, "pytorch_model.bin", "refused on purpose");
    }

    [Test]
    public void Open_NoDirectory_IsRefused()
    {
        var exception = Assert.Throws<SafetensorsException>(() => SafetensorsCheckpoint.Open(_directory.Combine("none")));
        Assert.That(exception!.Error, Is.EqualTo(SafetensorsError.FileNotFound));
    }

    private void AssertRefused(SafetensorsError error, params string[] words)
    {
        var exception = Assert.Throws<SafetensorsException>(() => SafetensorsCheckpoint.Open(_directory.Path).Dispose());
        Assert.That(exception!.Error, Is.EqualTo(error), exception.Message);
        foreach (var word in words)
        {
            Assert.That(exception.Message, Does.Contain(word));
        }
    }

    private void Shard(string file, params string[] names)
    {
        using var tensors = new TensorSet();
        foreach (var name in names)
        {
            tensors.Add(name, HostTensor.From([name[0]], new TensorShape(1)));
        }

        SafetensorsWriter.Write(_directory.Combine(file), tensors);
    }

    private void Index(params (string Tensor, string Shard)[] entries) => File.WriteAllText(
        _directory.Combine(SafetensorsFormat.IndexFileName),
        JsonSerializer.Serialize(
            new { metadata = new { total_size = 4 }, weight_map = entries.ToDictionary(e => e.Tensor, e => e.Shard) }));
}
