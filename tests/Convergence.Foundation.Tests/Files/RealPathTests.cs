using Convergence.Foundation.Files;
using Convergence.Testing;

namespace Convergence.Foundation.Tests.Files;

/// <summary>Two spellings of one place are told to be one.</summary>
public sealed class RealPathTests
{
    [TestCase("a", "a", true)]
    [TestCase("a/b/c", "a", true)]
    [TestCase("a/../a/b", "a", true)]
    [TestCase("ab", "a", false)]
    [TestCase("a", "a/b", false)]
    [TestCase("..a", ".", true, Description = "a name that begins with dots")]
    public void IsWithin_PathsThatDoNotExist_GoesByTheirParts(string path, string directory, bool expected)
    {
        using var folder = new TemporaryDirectory();
        Assert.That(RealPath.IsWithin(folder.Combine(path), folder.Combine(directory)), Is.EqualTo(expected));
    }

    [Test]
    public void Of_Links_AreFollowedWhereverTheyStand()
    {
        using var folder = new TemporaryDirectory();
        var real = RealPath.Of(folder.Path);
        Directory.CreateDirectory(folder.Combine("real", "model"));
        Directory.CreateSymbolicLink(folder.Combine("relative"), "real");
        Directory.CreateSymbolicLink(folder.Combine("chain"), folder.Combine("relative", "model"));
        Assert.Multiple(() =>
        {
            Assert.That(RealPath.Of(folder.Combine("chain", "out")), Is.EqualTo(Path.Combine(real, "real", "model", "out")));
            Assert.That(RealPath.IsWithin(folder.Combine("chain", "out"), folder.Combine("real")), Is.True);
            Assert.That(RealPath.IsWithin(folder.Combine("real", "model"), folder.Combine("chain")), Is.True);
        });
    }

    [Test]
    public void Of_LinkToItself_Ends()
    {
        using var folder = new TemporaryDirectory();
        Directory.CreateSymbolicLink(folder.Combine("loop"), folder.Combine("loop"));
        Assert.That(RealPath.Of(folder.Combine("loop", "model")), Does.EndWith(Path.Combine("loop", "model")));
    }
}
