// SPDX-License-Identifier: Apache-2.0

import KubernetesFormats
import NUMACore
import Testing

@Suite struct BadPodFileTests {
    private static func object(_ rest: String) -> String { "apiVersion: v1\nkind: Pod\n" + rest }
    private static func resources(_ text: String) -> String { PodFileTests.pod("          " + text) }
    private static let spec = "spec: {containers: [{name: c}]}"

    private static let objects = [
        BadFile("", line: nil, "no pod in it", "Deployment"),
        BadFile("# nothing\n---\n---\n", line: nil, "no pod in it"),
        BadFile("hello", line: 1, "a Kubernetes object must be a mapping", "\"hello\""),
        BadFile("- a\n", line: 1, "must be a mapping, found a list"),
        BadFile("apiVersion: v1\n", line: 1, "kind is missing", "Pod, Deployment"),
        BadFile("kind: Pod\n", line: 1, "apiVersion is missing"),
        BadFile("apiVersion: v1\nkind: Gadget\n", line: 2, "kind \"Gadget\" is not known", "StatefulSet"),
        BadFile(
            "apiVersion: v1\nkind: \"P\\e[31m\\u202Eod\\n\"\n", line: 2, "kind \"P [31m od \" is not known"),
        BadFile("apiVersion: v1\nkind: Deploymnt\n", line: 2, "did you mean Deployment?"),
        BadFile("apiVersion: extensions/v1beta1\nkind: Deployment\n", line: 1, "must be apps/v1"),
        BadFile("apiVersion: v1\nkind: Service\n", line: nil, "no pod in it"),
        BadFile(object("metadata: {name: p}\n"), line: 1, "spec is missing"),
        BadFile(object(spec), line: 1, "metadata is missing"),
        BadFile(object("metadata: {labels: {}}\n" + spec), line: 3, "metadata.name is missing"),
        BadFile(object("metadata: {name: A_b}\n" + spec), line: 3, "metadata.name \"A_b\"", "a-z"),
        BadFile(object("metadata: {name: a, namespace: -}\n" + spec), line: 3, "metadata.namespace \"-\""),
        BadFile(object("metadata: {name: a, uid: a/b}\n" + spec), line: 3, "metadata.uid", "without /"),
        BadFile(object("metadata: {name: a}\nspec: {containers: []}"), line: 4, "at least one container"),
        BadFile(object("metadata: {name: a}\nspec: {containers: {}}"), line: 4, "must be a list"),
        BadFile(object("metadata: {name: a}\nspec: [1]"), line: 4, "spec must be a mapping"),
        BadFile(
            object("metadata: {name: a}\nspec:\n  containers:\n  - name: c\n  - name: c"), line: 7,
            "container \"c\" is there twice, first at line 6"),
        BadFile(
            object("metadata: {name: a}\nspec:\n  containers:\n  - image: c"), line: 6,
            "name is missing in a container of containers"),
        BadFile(
            object("metadata: {name: a}\nspec:\n  containers:\n  - name: My_App"), line: 6,
            "container name \"My_App\"", "1 to 63"),
        BadFile(
            object(
                "metadata: {name: a}\nspec:\n  initContainers: [{name: x, restartPolicy: Often}]\n  "
                    + "containers: [{name: c}]"), line: 5, "restartPolicy", "Always", "\"Often\""),
        BadFile("apiVersion: apps/v1\nkind: Deployment\nspec: {}\n", line: 3, "template is missing"),
        BadFile(
            "apiVersion: apps/v1\nkind: DaemonSet\nspec: {template: {}}\n", line: 3,
            "spec.template.spec is missing"),
        BadFile(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  replicas: lots\n"
                + "  template: {\(spec)}", line: 5, "spec.replicas must be a whole number"),
        BadFile(
            [1, 2].map { _ in object("metadata: {name: a, uid: u1}\n" + spec) }.joined(separator: "\n---\n"),
            line: 6, "the uid u1", "line 1"),
    ]

    private static let amounts = [
        BadFile(resources("limits: {cpu: four}"), line: 8, "cpu: \"four\" is no quantity", "500m"),
        BadFile(resources("limits: {cpu: -1}"), line: 8, "cpu: -1 is negative"),
        BadFile(resources("limits: {cpu: [1]}"), line: 8, "cpu: a quantity", "found a list"),
        BadFile(resources("limits: {cpu: }"), line: 8, "cpu: a quantity", "found nothing"),
        BadFile(resources("limits: {cpu: 0x10}"), line: 8, "\"0x10\"", "decimal digits"),
        BadFile(resources("limits: {cpu: 1_000}"), line: 8, "\"1_000\"", "decimal digits"),
        BadFile(resources("limits: {cpu: 010}"), line: 8, "\"010\"", "decimal digits"),
        BadFile(resources("limits: {memory: 16GB}"), line: 8, "memory: \"16GB\" is no quantity"),
        BadFile(resources("limits: {memory: 9Ei}"), line: 8, "more than Kubernetes can count"),
        BadFile(resources("limits: {memory: 1e99999999}"), line: 8, "more than Kubernetes can count"),
        BadFile(resources("limits: {vendor.com/gpu: 0.5}"), line: 8, "vendor.com/gpu: 0.5", "whole number"),
        BadFile(resources("limits: {gpu: 1}"), line: 8, "\"gpu\" is no resource", "vendor.com/gpu"),
        BadFile(resources("limits: {memroy: 1Gi}"), line: 8, "did you mean memory?"),
        BadFile(resources("limits: {cpu: 1, hugepages-2Mi: 3Mi}"), line: 8, "3Mi is not a multiple", "2Mi"),
        BadFile(resources("limits: {cpu: 1, hugepages-2MB: 4Mi}"), line: 8, "the page size must be like"),
        BadFile(resources("limits: {hugepages-2Mi: 4Mi}"), line: 8, "needs a request of cpu or memory"),
        BadFile(resources("requests: {cpu: 1, hugepages-2Mi: 4Mi}"), line: 8, "needs a limit too"),
        BadFile(resources("requests: {vendor.com/gpu: 1}"), line: 8, "vendor.com/gpu needs a limit too"),
        BadFile(
            resources("requests: {cpu: 3}\n          limits: {cpu: 2}"), line: 8,
            "container \"app\": cpu: request 3, limit 2, must be at most the limit"),
        BadFile(
            resources("requests: {vendor.com/gpu: 1}\n          limits: {vendor.com/gpu: 2}"), line: 8,
            "vendor.com/gpu: request 1, limit 2, must be equal"),
        BadFile(resources("limit: {cpu: 3}"), line: 8, "no field \"limit\", did you mean limits?"),
        BadFile(
            resources("limits: {" + (0...1000).map { "a.b/c\($0): 1" }.joined(separator: ", ") + "}"),
            line: 8,
            "limits has 1001 entries, may have 1000"),
        BadFile(resources("limits: [cpu]"), line: 8, "limits must be a mapping, found a list"),
        BadFile(resources("limits: {cpu: 1, cpu: 2}"), line: 8, "the key \"cpu\" is given twice"),
    ]

    @Test("objects that are refused", arguments: objects)
    func refusedObject(_ file: BadFile) { file.check { try PodFile.parse($0, file: $1) } }

    @Test("amounts that are refused", arguments: amounts)
    func refusedAmount(_ file: BadFile) { file.check { try PodFile.parse($0, file: $1) } }
}
