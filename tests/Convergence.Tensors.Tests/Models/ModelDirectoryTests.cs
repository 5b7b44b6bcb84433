using Convergence.Tensors.Models;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.Tensors.Tests.Models;

public sealed class ModelDirectoryTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void CreateDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [TestCase(DType.F32)]
    [TestCase(DType.BF16)]
    public void Open_TinyModel_HasItsConfigurationAndTensors(DType dtype)
    {
        var options = new TinyModelOptions { DType = dtype, TiedHead = false };
        TinyModels.Write(_directory.Path, options, seed: 3);
        using var model = ModelDirectory.Open(_directory.Path);
        Assert.That((string?)model.Config["model_type"], Is.EqualTo("llama"));
        Assert.That(model.Weights.Names, Is.EquivalentTo(TinyModels.Shapes(options).Select(item => item.Name)));
        foreach (var (name, shape) in TinyModels.Shapes(options))
        {
            Assert.That(model.Weights.TryGet(name, out var tensor) && tensor.Shape == shape && tensor.DType == dtype, name);
        }
    }

    [Test]
    public void FindFile_FindsWhatIsThereAndNothingElse()
    {
        TinyModels.Write(_directory.Path, new TinyModelOptions(), seed: 3);
        using var model = ModelDirectory.Open(_directory.Path);
        Assert.That(model.FindFile("config.json"), Is.EqualTo(_directory.Combine("config.json")));
        Assert.That(model.FindFile("tokenizer.json"), Is.Null);
        Assert.That(() => model.FindFile("../config.json"), Throws.ArgumentException);
    }

    [Test]
    public void ContentHash_DependsOnContentOnly()
    {
        var options = new TinyModelOptions();
        using var first = ModelDirectory.Open(TinyModels.Write(_directory.Combine("first"), options, seed: 1));
        using var copy = ModelDirectory.Open(TinyModels.Write(_directory.Combine("copy"), options, seed: 1));
        using var otherWeights = ModelDirectory.Open(TinyModels.Write(_directory.Combine("weights"), options, seed: 2));
        File.WriteAllText(_directory.Combine("copy", "README.md"), "not part of the model");
        TinyModels.Write(_directory.Combine("config"), options, seed: 1);
        File.AppendAllText(_directory.Combine("config", "config.json"), "\n");
        using var otherConfig = ModelDirectory.Open(_directory.Combine("config"));
        Assert.That(first.ContentHash(), Does.Match("^[0-9a-f]{64}$"));
        Assert.That(copy.ContentHash(), Is.EqualTo(first.ContentHash()));
        Assert.That(otherWeights.ContentHash(), Is.Not.EqualTo(first.ContentHash()));
        Assert.That(otherConfig.ContentHash(), Is.Not.EqualTo(first.ContentHash()));
        var again = first.ContentHash();
        Assert.That(again, Is.SameAs(first.ContentHash()), "computed once");
    }

    [Test]
    public void Open_NoDirectory_IsRefused() => AssertRefused(_directory.Combine("none"), "is not a directory");

    [Test]
    public void Open_NoConfiguration_IsRefused() => AssertRefused(_directory.Path, "config.json");

    [TestCase("{", "not valid JSON")]
    [TestCase("""{"time_step_limit": [0.0, Infinity]}""", "put a number or null")]
    [TestCase("", "has no content")]
    [TestCase("[1]", "not a JSON object")]
    [TestCase("null", "not a JSON object")]
    [TestCase("""{"a":1,"a":2}""", "not valid JSON")]
    public void Open_MalformedConfiguration_IsRefused(string json, string word)
    {
        File.WriteAllText(_directory.Combine("config.json"), json);
        AssertRefused(_directory.Path, word);
    }

    [Test]
    public void Open_HugeConfiguration_IsRefusedUnread()
    {
        using (var file = File.Create(_directory.Combine("config.json")))
        {
            file.SetLength(1L << 32);
        }

        AssertRefused(_directory.Path, "at most");
    }

    [Test]
    public void Open_NoWeights_IsRefused()
    {
        File.WriteAllText(_directory.Combine("config.json"), "{}");
        var exception = Assert.Throws<SafetensorsException>(() => ModelDirectory.Open(_directory.Path));
        Assert.That(exception!.Error, Is.EqualTo(SafetensorsError.NoWeights));
    }

    private static void AssertRefused(string path, string word) =>
        Assert.That(
            () => ModelDirectory.Open(path),
            Throws.TypeOf<ModelFormatException>().With.Message.StartWith(path).And.Message.Contain(word));
}
