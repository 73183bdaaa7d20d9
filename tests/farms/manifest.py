"""Writes a manifest of Kubernetes as TypeScript, each document with the type that its kind has."""
import json
import sys

import yaml

documents = [one for one in yaml.safe_load_all(open(sys.argv[1], encoding="utf-8")) if one]
if not documents:
    sys.exit("no document")
print("import * as k8s from '@kubernetes/client-node';")
for number, document in enumerate(documents):
    version = document["apiVersion"].split("/")[-1]
    kind = version[0].upper() + version[1:] + document["kind"]
    print(f"export const document{number}: k8s.{kind} = {json.dumps(document)};")
