using System.Text.Json.Nodes;
using Convergence.Foundation.Yaml;

namespace Convergence.Foundation.Tests.Yaml;

public sealed class YamlJsonTests
{
    [TestCase("a: 1", "{\"a\":1}")]
    [TestCase("a: 1.50", "{\"a\":1.50}")]
    [TestCase("a: -2e3", "{\"a\":-2e3}")]
    [TestCase("a: '1'", "{\"a\":\"1\"}")]
    [TestCase("a: 007", "{\"a\":\"007\"}")]
    [TestCase("a: 1.2.3", "{\"a\":\"1.2.3\"}")]
    [TestCase("a: [.5, 1., +3, -0.0, 1.e3]", "{\"a\":[0.5,1.0,3,-0.0,1.0e3]}")]
    [TestCase("a: true", "{\"a\":true}")]
    [TestCase("a: [True, FALSE]", "{\"a\":[true,false]}")]
    [TestCase("a: yes", "{\"a\":\"yes\"}")]
    [TestCase("a: ~", "{\"a\":null}")]
    [TestCase("a: ''", "{\"a\":\"\"}")]
    [TestCase("- x\n- {b: [false, null]}", "[\"x\",{\"b\":[false,null]}]")]
    public void ToNode_KeepsWhatTheTextSays(string yaml, string json) =>
        Assert.That(YamlJson.ToNode(YamlTree.Parse(yaml, "f.yaml")[0])!.ToJsonString(), Is.EqualTo(json));

    [TestCase("{\"a\":[1,2.0,\"1\",\"true\",true,null,{\"b\":\"\"}]}")]
    public void FromNode_ThenToNode_IsTheSame(string json) =>
        Assert.That(YamlJson.ToNode(YamlJson.FromNode(JsonNode.Parse(json)))!.ToJsonString(), Is.EqualTo(json));
}
