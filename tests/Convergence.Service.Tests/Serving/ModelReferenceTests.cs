using Convergence.Service.Serving;
using Convergence.Tensors.Cpu;
using Convergence.Testing;

namespace Convergence.Service.Tests.Serving;

public sealed class ModelReferenceTests
{
    [TestCase("models/base", "base", "models/base")]
    [TestCase("models/base/", "base", "models/base/")]
    [TestCase("mine=models/base", "mine", "models/base")]
    [TestCase("mine=a=b", "mine", "a=b")]
    public void Parse_PathOrNameAndPath(string text, string name, string path) =>
        Assert.That(ModelReference.Parse(text), Is.EqualTo(new ModelReference(name, path)));

    [Test]
    public void Parse_FolderWithAnEqualsSign_IsAPath()
    {
        using var directory = new TemporaryDirectory();
        var folder = Directory.CreateDirectory(directory.Combine("lr=3")).FullName;
        Assert.That(ModelReference.Parse(folder), Is.EqualTo(new ModelReference("lr=3", folder)));
    }

    [TestCase("=models/base")]
    [TestCase("mine=")]
    [TestCase("/")]
    public void Parse_NoNameOrNoPath_IsAClearError(string text) =>
        Assert.That(() => ModelReference.Parse(text), Throws.InstanceOf<ConvergenceException>().With.Message.Contains("Write"));

    [Test]
    public void Load_TwoOfOneName_IsAClearError()
    {
        using var device = new CpuDevice(1);
        ModelReference[] twice = [new("m", "a"), new("m", "b")];
        Assert.That(() => ModelCatalog.Load(device, twice, null, TimeProvider.System),
            Throws.InstanceOf<ConvergenceException>().With.Message.Contains("'m'"));
    }
}
