using System.Text.Json.Nodes;
using Convergence.EvoMerge.Results.Reports;

namespace Convergence.EvoMerge.Tests.Results.Reports;

[Platform(Exclude = "Win", Reason = "the paths are written the Unix way")]
internal sealed class PortablePathsTests
{
    private static readonly PortablePaths Paths = new("/home/ada/work/runs/demo");

    [TestCase("/home/ada/work/models/base", "../../models/base")]
    [TestCase("/home/ada/work/runs/demo", ".")]
    [TestCase("/mnt/models/base", ".../base")]
    public void Of_Path_IsSeenFromTheRun(string path, string expected) => Assert.That(Paths.Of(path), Is.EqualTo(expected));

    [Test]
    public void Of_Configuration_ChangesPathsOnly()
    {
        var configuration = new JsonObject
        {
            ["name"] = "demo",
            ["models"] = new JsonArray("/home/ada/work/a", "/mnt/b"),
            ["tasks"] = new JsonObject { ["test"] = new JsonArray("tasks:\n- /not/a/path\n") },
            ["seed"] = 7,
            ["base"] = null,
        };

        Assert.That(
            Paths.Of(configuration).ToJsonString(),
            Is.EqualTo(
                """{"name":"demo","models":["../../a",".../b"],"tasks":{"test":["tasks:\n- /not/a/path\n"]},"seed":7,"base":null}"""));
    }

    [Test]
    public void In_Text_ReplacesTheLongerOfTwoPathsFirst()
    {
        var configuration = new JsonObject { ["models"] = new JsonArray("/home/ada/work/a", "/home/ada/work/a-2") };

        Assert.That(
            Paths.In("/home/ada/work/a-2 differs from /home/ada/work/a", configuration), Is.EqualTo("../../a-2 differs from ../../a"));
    }
}
